/** A text from outside as one part of the path of a request. Half a surrogate pair has no percent-encoding. */
export function pathPart(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}
