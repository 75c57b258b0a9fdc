/** An Error that programs can tell by its `code`, and people by what it says to do. */
export function fault(code: string, text: string): Error {
  return Object.assign(new Error(`tun: ${text}`), { code })
}
