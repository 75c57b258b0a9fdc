// Addresses, networks, ports and names, with the qualifier that they go with.

import { parse6 } from './address6.js'
import type { Block } from './block.js'
import { fail, type Token } from './lex.js'
import { type Context, linkType } from './link.js'
import { host4, host6, hostMac, ports, protocol, type Qualifier } from './primitives.js'
import { find } from './table.js'
import { ETHER_NAMES, PROTO_NAMES } from './words.js'

// One to four octets, put to the left; `bits` of them were given.
function dotted(t: Token): { v: number; bits: number } {
  const parts = t.text.split('.')
  let v = 0
  for (let i = 0; i < parts.length; i++) {
    if (parts[i].length > 3 || +parts[i] > 255) fail(t, 'an address has numbers of 0 to 255')
    v = (v << 8) | +parts[i]
  }
  const bits = 8 * parts.length
  return { v: bits === 32 ? v : v << (32 - bits), bits }
}

const maskOf = (bits: number): number => (bits ? -1 << (32 - bits) : 0)

function address4(c: Context, t: Token, length: Token | null, mask: Token | null, q: Qualifier): Block {
  const a = dotted(t)
  let m = maskOf(a.bits)
  if (length || mask) {
    if (q.kind !== 'net') fail(t, 'a mask goes with net')
    if (length && length.value >>> 0 > 32) fail(length, 'the length of a mask is 0 to 32')
    m = length ? maskOf(length.value) : dotted(mask as Token).v
    if (a.v & ~m) fail(t, 'bits outside the mask have to be 0')
  }
  return host4(c, t, a.v, m, q)
}

function address6(c: Context, t: Token, length: Token | null, q: Qualifier): Block {
  const a = parse6(t.text) as number[]
  const bits = length ? length.value >>> 0 : 128
  if (bits > 128) fail(length as Token, 'the length of a mask is 0 to 128')
  if (bits < 128 && q.kind !== 'net') fail(t, 'a mask goes with net')
  const m: number[] = []
  for (let i = 0; i < 4; i++) {
    const own = bits - 32 * i
    m.push(maskOf(own < 0 ? 0 : own > 32 ? 32 : own))
    if (a[i] & ~m[i]) fail(t, 'bits outside the mask have to be 0')
  }
  return host6(c, t, a, m, q)
}

// The number of a protocol, by IP, by IPv6, by both, or by the link.
function proto(c: Context, t: Token, n: number, q: Qualifier): Block {
  if (q.proto === 'ether') return linkType(c, t, n)
  if (q.proto && q.proto !== 'ip' && q.proto !== 'ip6') fail(t, `${q.proto} has no proto`)
  return protocol(c, t, n, q.proto)
}

interface Service {
  port: number
  proto: number
}

function service(c: Context, t: Token, name: string): Service {
  // Whatever objects inherit is no pair.
  const own: unknown = c.names[name]
  if (!Array.isArray(own)) fail(t, `no port is called ${name} in the option names`)
  return { port: c.names[name][0], proto: c.names[name][1] }
}

function range(c: Context, t: Token, text: string, q: Qualifier): Block {
  const m = /^(\d+)-(\d+)$/.exec(text)
  if (m) return ports(c, t, +m[1], +m[2], 0, q)
  const dash = text.indexOf('-')
  if (dash < 0) fail(t, 'a range is two ports with - between')
  const low = service(c, t, text.slice(0, dash))
  const high = service(c, t, text.slice(dash + 1))
  return ports(c, t, low.port, high.port, low.proto === high.proto ? low.proto : 0, q)
}

function name(c: Context, t: Token, q: Qualifier): Block {
  const text = t.text.charAt(0) === '\\' ? t.text.slice(1) : t.text
  if (q.kind === 'portrange') return range(c, t, text, q)
  if (q.kind === 'port') {
    const s = service(c, t, text)
    return ports(c, t, s.port, s.port, s.proto, q)
  }
  if (q.kind !== 'proto') return fail(t, 'names of hosts and networks are not looked up: expected an address')
  const n = find(q.proto === 'ether' ? ETHER_NAMES : PROTO_NAMES, text)
  if (n === undefined) return fail(t, 'expected the name or number of a protocol')
  return proto(c, t, n, q)
}

// A number alone: a port, a protocol, or an address; behind net, its leading octets.
function plain(c: Context, t: Token, q: Qualifier): Block {
  if (q.kind === 'port' || q.kind === 'portrange') return ports(c, t, t.value, t.value, 0, q)
  if (q.kind === 'proto') return proto(c, t, t.value, q)
  let v = t.value
  let m = -1
  if (q.kind === 'net')
    while (v && !(v & -0x1000000)) {
      v <<= 8
      m <<= 8
    }
  return host4(c, t, v, m, q)
}

/** The condition of an address, a number or a name. @throws RangeError when it does not go with its qualifier */
export function address(c: Context, t: Token, length: Token | null, mask: Token | null, q: Qualifier | null): Block {
  if (!q) return fail(t, 'expected a word such as host, net or port before it')
  if (t.kind === 'num') return plain(c, t, q)
  if (t.kind === 'id') return name(c, t, q)
  if (t.kind === 'mac') return hostMac(c, t, t.text, q)
  if (q.kind && q.kind !== 'host' && q.kind !== 'net') fail(t, `an address has no place behind ${q.kind}`)
  return t.kind === 'v4' ? address4(c, t, length, mask, q) : address6(c, t, length, q)
}
