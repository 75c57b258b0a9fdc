// Random expressions of the language, and ones with a token too many, too few or in the wrong place.
import { IP4, IP6, MACS, PORTS } from './frames.ts'
import type { Random } from './random.ts'

const PROTOS = ['ip', 'ip6', 'arp', 'rarp', 'icmp', 'icmp6', 'tcp', 'udp', 'sctp', 'igmp', 'pim', 'ah', 'esp', 'ether']

function number(r: Random, depth: number): string {
  const kind = r(depth > 0 ? 9 : 4)
  if (kind < 2) return r(8) ? `${r(80)}` : r.of(['0xffffffff', '0x80000000', '65536', 'tcp-syn', 'icmp-echo', '010'])
  if (kind === 2) return 'len'
  if (kind < 5) {
    const size = r(3) ? '' : ` : ${r.of([1, 2, 4])}`
    return `${r.of(PROTOS.slice(0, 11).concat('ether'))}[${depth > 1 && r(3) === 0 ? number(r, depth - 2) : r(24)}${size}]`
  }
  if (kind === 5) return `- ${number(r, depth - 1)}`
  if (kind === 6) return `(${number(r, depth - 1)})`
  const op = r.of(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>'])
  // Shifts by what is known only at run time, and divisions that the optimiser sees through, are for the corpus.
  const right =
    op === '<<' || op === '>>' ? `${r(32)}` : op === '/' || op === '%' ? `${1 + r(9)}` : number(r, depth - 1)
  return `${number(r, depth - 1)} ${op} ${right}`
}

function operand(r: Random, kind: string): string {
  if (kind === 'port') return r(8) ? `${r.of(PORTS)}` : r.of(['http', 'domain', 'ssh', 'https'])
  if (kind === 'portrange') return r.of(['20-80', '53-53', '80-22', '443'])
  if (kind === 'proto') return r.of(['6', '17', '1', '58', '\\tcp', '\\udp', '2048'])
  if (kind === 'net')
    return r.of(['10', '10.0', '192.168', '10.0.0.0/8', '192.168.0.0/16', 'fe80::/10', '2001:db8::/32'])
  const x = r(10)
  return x < 6 ? r.of(IP4) : x < 9 ? r.of(IP6) : r.of(MACS)
}

function primitive(r: Random): string {
  const kind = r(12)
  if (kind < 2) return r.of(PROTOS.slice(0, 13))
  if (kind === 2)
    return r.of([
      'broadcast',
      'multicast',
      'ip multicast',
      'ip6 multicast',
      'ether broadcast',
      'less 60',
      'greater 60',
      'vlan',
      'vlan 5',
      'inbound',
      'outbound',
    ])
  if (kind < 6) return `${number(r, 1 + r(3))} ${r.of(['>', '<', '>=', '<=', '=', '!=', '=='])} ${number(r, r(3))}`
  const proto = r(2) ? '' : `${r.of(PROTOS)} `
  const dir = r(2) ? '' : `${r.of(['src', 'dst', 'src or dst', 'src and dst'])} `
  const what = r.of(['host', 'net', 'port', 'portrange', 'proto', ''])
  let text = `${proto}${dir}${what} ${operand(r, what)}`
  while (r(4) === 0) text += ` ${r.of(['and', 'or', '&&', '||'])} ${r(5) ? '' : 'not '}${operand(r, what)}`
  if (r(6) === 0) text = `${proto}${dir}${what} (${operand(r, what)} or ${operand(r, what)})`
  return text
}

/** Most are valid, some are not. */
export function sentence(r: Random, depth: number): string {
  const kind = r(depth > 0 ? 7 : 2)
  if (kind < 2) return primitive(r)
  if (kind === 2) return `${r.of(['not', '!'])} ${sentence(r, depth - 1)}`
  if (kind === 3) return `(${sentence(r, depth - 1)})`
  return `${sentence(r, depth - 1)} ${r.of(['and', 'or'])} ${sentence(r, depth - 1)}`
}

/** A sentence with its tokens disturbed. */
export function garbled(r: Random): string {
  const tokens = sentence(r, 2)
    .split(/(?<=[()[\]])|(?=[()[\]])| /)
    .filter(t => t.trim() !== '')
  for (let changes = 1 + r(2); changes > 0; changes--) {
    const i = r(tokens.length)
    const kind = r(4)
    if (kind === 0) tokens.splice(i, 1)
    else if (kind === 1) tokens.splice(i, 0, tokens[r(tokens.length)] as string)
    else if (kind === 2)
      tokens[i] = r.of([
        'and',
        'or',
        'not',
        '(',
        ')',
        '[',
        ']',
        'port',
        'host',
        'src',
        'tcp',
        '80',
        '=',
        '/',
        'len',
        '-',
      ])
    else {
      const j = r(tokens.length)
      const t = tokens[i] as string
      tokens[i] = tokens[j] as string
      tokens[j] = t
    }
  }
  return tokens.join(' ')
}
