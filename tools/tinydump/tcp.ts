// TCP on one line, as tcpdump prints it: sequence numbers count from the connection's first.
import { get16 } from '@tiny/core'
import { Cut, hex, port, u8, u16, u32, type View } from './text.ts'

const FLAGS = 'FSRP.UEW'

function options(v: View, from: number, to: number): string {
  const list: string[] = []
  for (let o = from; o < to; ) {
    const kind = u8(v, o)
    if (kind === 0) {
      list.push('eol')
      break
    }
    if (kind === 1) {
      list.push('nop')
      o++
      continue
    }
    if (o + 1 >= to) return `${list.concat('[bad opt]').join(',')}`
    const n = u8(v, o + 1)
    if (n < 2 || o + n > to) return list.concat(`${name(kind)}[bad opt]`).join(',')
    list.push(option(v, kind, o, n))
    o += n
  }
  return list.join(',')
}

const name = (kind: number): string =>
  ({ 2: 'mss', 3: 'wscale', 4: 'sackOK', 5: 'sack', 8: 'TS' })[kind] ?? `unknown-${kind}`

function option(v: View, kind: number, o: number, n: number): string {
  if (kind === 2 && n === 4) return `mss ${u16(v, o + 2)}`
  if (kind === 3 && n === 3) return `wscale ${u8(v, o + 2)}`
  if (kind === 4 && n === 2) return 'sackOK'
  if (kind === 8 && n === 10) return `TS val ${u32(v, o + 2)} ecr ${u32(v, o + 6)}`
  if (kind === 5 && n > 2 && (n - 2) % 8 === 0) {
    let text = `sack ${(n - 2) / 8} `
    for (let i = o + 2; i < o + n; i += 8)
      text += `{${(u32(v, i) - first.sack) >>> 0}:${(u32(v, i + 4) - first.sack) >>> 0}}`
    return text
  }
  if (kind === 34) {
    let cookie = ''
    for (let i = o + 2; i < o + n; i++) cookie += hex(u8(v, i), 2)
    return cookie ? `tfo  cookie ${cookie}` : 'tfo  cookiereq'
  }
  let text = `${name(kind)}`
  if (n > 2) text += ' 0x'
  for (let i = o + 2; i < o + n; i++) text += hex(u8(v, i), 2)
  return text
}

// What sequence numbers in options count from: set for the segment that is printed.
const first = { sack: 0 }

/** The segment at o; n octets by the IP header. */
export function tcp(v: View, o: number, n: number, src: string, dst: string): string {
  const sport = u16(v, o)
  const dport = u16(v, o + 2)
  const line = `${src}.${port(v, sport, 6)} > ${dst}.${port(v, dport, 6)}: `
  try {
    return line + segment(v, o, n, src, dst, sport, dport)
  } catch (e) {
    if (e instanceof Cut) return `${line}[|tcp]`
    throw e
  }
}

function segment(v: View, o: number, n: number, src: string, dst: string, sport: number, dport: number): string {
  let seq = u32(v, o + 4)
  let ack = u32(v, o + 8)
  const offset = (u8(v, o + 12) >> 4) * 4
  const flags = u8(v, o + 13)
  const window = u16(v, o + 14)
  u32(v, o + 16)
  if (offset < 20) return ` [bad hdr length ${offset} - too short, < 20]`.slice(1)
  const isBack = sport > dport || (sport === dport && src > dst)
  const key = isBack ? `${dst} ${dport} ${src} ${sport}` : `${src} ${sport} ${dst} ${dport}`
  first.sack = 0
  if (flags & 16) {
    const known = v.connections.get(key)
    if (!known || flags & 2) v.connections.set(key, isBack ? { seq: ack - 1, ack: seq } : { seq, ack: ack - 1 })
    else {
      seq -= isBack ? known.ack : known.seq
      ack -= isBack ? known.seq : known.ack
      first.sack = isBack ? known.seq : known.ack
    }
  }
  if (offset > n) return `[bad hdr length ${offset} - too long, > ${n}]`
  let letters = ''
  for (let i = 0; i < 8; i++) if (flags & (1 << i)) letters += FLAGS[i]
  // The bit that AccECN has beside them (RFC 9768).
  if (u8(v, o + 12) & 1) letters += 'e'
  const length = n - offset
  let text = `Flags [${letters || 'none'}]`
  if (length > 0 || flags & 7) text += `, seq ${seq >>> 0}${length > 0 ? `:${(seq + length) >>> 0}` : ''}`
  if (flags & 16) text += `, ack ${ack >>> 0}`
  text += `, win ${window}`
  if (flags & 32) text += `, urg ${get16(v.b, o + 18)}`
  if (offset > 20) text += `, options [${options(v, o + 20, o + offset)}]`
  return `${text}, length ${length}`
}
