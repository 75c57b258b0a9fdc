// What all printers share: a view of a packet, names and numbers.

import { services } from '@tiny/bpf/names'
import { addressText } from '@tiny/core/text'

export interface View {
  b: Uint8Array
  /** Octets of it that were captured: what is at or behind is not there. */
  end: number
  /** Whether ports are printed as numbers. */
  isNumeric: boolean
  /** First sequence numbers of connections, by their pair. */
  connections: Map<string, { seq: number; ack: number }>
}

/** Thrown by readers behind the end: the line ends with [|proto]. */
export class Cut extends Error {}

export const u8 = (v: View, o: number): number => {
  if (o >= v.end) throw new Cut()
  return v.b[o] ?? 0
}
export const u16 = (v: View, o: number): number => (u8(v, o) << 8) | u8(v, o + 1)
export const u32 = (v: View, o: number): number => ((u16(v, o) << 16) | u16(v, o + 2)) >>> 0
export const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

export function ip(v: View, o: number): string {
  u32(v, o)
  return addressText(v.b, o)
}

const byNumber = new Map<string, string>()
for (const [name, [port, proto]] of Object.entries(services))
  for (const p of proto ? [proto] : [6, 17]) if (!byNumber.has(`${p} ${port}`)) byNumber.set(`${p} ${port}`, name)

export const port = (v: View, n: number, proto: number): string =>
  v.isNumeric ? `${n}` : (byNumber.get(`${proto} ${n}`) ?? `${n}`)

/** Prints octets as `tcpdump -x` does. */
export function dump(b: Uint8Array, from: number): string {
  let text = ''
  for (let o = from; o < b.length; o += 16) {
    text += `\n\t0x${hex(o - from, 4)}: `
    for (let i = o; i < Math.min(o + 16, b.length); i++) text += `${(i - o) % 2 ? '' : ' '}${hex(b[i] ?? 0, 2)}`
  }
  return text
}
