// ICMP on one line, as tcpdump prints it (RFC 792, RFC 1122 3.2.2).
import { ip, port, u8, u16, u32, type View } from './text.ts'

const UNREACHABLE = [
  'net %s unreachable',
  'host %s unreachable',
  '',
  '',
  '',
  '%s unreachable - source route failed',
  'net %s unreachable - unknown',
  'host %s unreachable - unknown',
  '%s unreachable - source host isolated',
  'net %s unreachable - admin prohibited',
  'host %s unreachable - admin prohibited',
  'net %s unreachable - tos prohibited',
  'host %s unreachable - tos prohibited',
  'host %s unreachable - admin prohibited filter',
  'host %s unreachable - host precedence violation',
  'host %s unreachable - precedence cutoff',
]

const NAMES: { readonly [proto: number]: string } = { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp' }

function unreachable(v: View, o: number, code: number): string {
  const quoted = o + 8
  const dst = ip(v, quoted + 16)
  const proto = u8(v, quoted + 9)
  if (code === 2) return `${dst} protocol ${proto} unreachable`
  if (code === 3) {
    const at = quoted + (u8(v, quoted) & 15) * 4
    const to = u16(v, at + 2)
    if (proto === 6 || proto === 17) return `${dst} ${NAMES[proto]} port ${port(v, to, proto)} unreachable`
    return `${dst} protocol ${proto} port ${to} unreachable`
  }
  if (code === 4) {
    const mtu = u16(v, o + 6)
    return `${dst} unreachable - need to frag${mtu ? ` (mtu ${mtu})` : ''}`
  }
  return (UNREACHABLE[code] ?? `%s unreachable - #${code}`).replace('%s', dst)
}

function message(v: View, o: number): string {
  const type = u8(v, o)
  const code = u8(v, o + 1)
  u16(v, o + 2)
  const pair = (): string => `id ${u16(v, o + 4)}, seq ${u16(v, o + 6)}`
  switch (type) {
    case 0:
      return `echo reply, ${pair()}`
    case 8:
      return `echo request, ${pair()}`
    case 3:
      return unreachable(v, o, code)
    case 4:
      return 'source quench'
    case 5: {
      const to = ip(v, o + 8 + 16)
      const by = ip(v, o + 4)
      const what = code < 2 ? 'redirect' : code < 4 ? 'redirect-tos' : `redirect-#${code}`
      return `${what} ${to} to ${code & 1 ? 'host' : 'net'} ${by}`
    }
    case 11:
      return code === 0
        ? 'time exceeded in-transit'
        : code === 1
          ? 'ip reassembly time exceeded'
          : `time exceeded-#${code}`
    case 12: {
      const at = u32(v, o + 4) >>> 24
      return code ? `parameter problem - code ${code}` : `parameter problem - octet ${at}`
    }
    case 13:
      return `time stamp query id ${u16(v, o + 4)} seq ${u16(v, o + 6)}`
    case 14:
      return `time stamp reply id ${u16(v, o + 4)} seq ${u16(v, o + 6)}`
    default:
      return `type-#${type}`
  }
}

/** The message at o; n octets by the IP header. */
export const icmp = (v: View, o: number, n: number, src: string, dst: string): string =>
  `${src} > ${dst}: ICMP ${message(v, o)}, length ${n}`
