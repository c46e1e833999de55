/** A text from outside as one segment of a request path. Half a surrogate pair has no percent-encoding. */
export function pathPart(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}
