/** Where the settings of other tools are found. */
export interface UserEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}
