import { jsonLines } from '../json.ts';
import { jsonText } from '../visible-text.ts';

/** A bill of materials: https://cyclonedx.org/docs/1.6/json/. Its lists are streamed. */
export interface BillOfMaterials {
  /** A UUID. */
  readonly serialNumber: string;
  readonly metadata: object;
  readonly components: Iterable<object>;
  readonly dependencies: Iterable<Dependency>;
  readonly compositions: Iterable<object>;
}

export interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}

/** Written line by line: the CycloneDX library builds everything in memory, and knows no compositions. */
export function* billText({ serialNumber, metadata, components, dependencies, compositions }: BillOfMaterials): Generator<string> {
  yield '{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","bomFormat":"CycloneDX","specVersion":"1.6",\n';
  yield `"serialNumber":"urn:uuid:${serialNumber}","version":1,\n`;
  yield `"metadata":${jsonText(metadata)},\n"components":`;
  yield* jsonLines(components);
  yield ',\n"dependencies":';
  yield* jsonLines(dependencies);
  yield ',\n"compositions":';
  yield* jsonLines(compositions);
  yield '}\n';
}
