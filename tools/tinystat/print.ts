// What netstat would print of the same files, and rates.
import { type Detail, drops, findings, line } from '@tiny/mib/explain'
import {
  difference,
  parse,
  parseArp,
  parseDev,
  parseRoutes,
  parseSockets,
  type Snapshot,
  type SocketRow,
} from '@tiny/mib/proc'
import type { Files } from './stack.ts'

/** States as Linux numbers them. */
const STATES =
  ' ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING'.split(' ')

export const counters = (f: Files): Snapshot => parse((f['snmp'] ?? '') + (f['netstat'] ?? ''))

/** -s: every counter that is not zero. */
export function statistics(f: Files): string[] {
  const lines: string[] = []
  for (const [group, values] of Object.entries(counters(f))) {
    const seen = Object.entries(values).filter(([, value]) => value !== 0)
    if (seen.length === 0) continue
    lines.push(`${group}:`)
    for (const [name, value] of seen) lines.push(`    ${name.padEnd(24)} ${value.toLocaleString('en').padStart(16)}`)
  }
  return lines
}

const end = ({ address, port }: SocketRow['local']): string =>
  `${address === '0.0.0.0' ? '*' : address}:${port === 0 ? '*' : port}`

function sockets(proto: string, text: string): string[] {
  return parseSockets(text).map(
    row =>
      `${proto.padEnd(5)} ${String(row.unread).padStart(6)} ${String(row.unsent).padStart(6)} ${end(row.local).padEnd(22)} ` +
      `${end(row.peer).padEnd(22)} ${(proto === 'tcp' ? (STATES[row.state] ?? '') : row.drops ? `${row.drops} lost` : '').trim()}`.trimEnd(),
  )
}

const SOCKETS = `proto recv-q send-q ${'local address'.padEnd(22)} ${'foreign address'.padEnd(22)} state`

/** -t and -u, raw sockets with the latter. */
export const connections = (f: Files): string[] => [SOCKETS, ...sockets('tcp', f['tcp'] ?? '')]
export const endpoints = (f: Files): string[] => [
  SOCKETS,
  ...sockets('udp', f['udp'] ?? ''),
  ...sockets('raw', f['raw'] ?? ''),
]

/** -r: routes, neighbours, interfaces. */
export function routes(f: Files): string[] {
  const lines = [`${'destination'.padEnd(16)} ${'gateway'.padEnd(16)} ${'mask'.padEnd(16)} interface`]
  for (const row of parseRoutes(f['route'] ?? ''))
    lines.push(`${row.to.padEnd(16)} ${row.gateway.padEnd(16)} ${row.mask.padEnd(16)} ${row.device}`)
  lines.push('', `${'neighbour'.padEnd(16)} ${'at'.padEnd(18)} interface`)
  for (const row of parseArp(f['arp'] ?? ''))
    lines.push(`${row.address.padEnd(16)} ${(row.flags & 2 ? row.mac : 'asked for').padEnd(18)} ${row.device}`)
  lines.push(
    '',
    `${'interface'.padEnd(10)} ${['in', 'octets', 'out', 'octets'].map(name => name.padStart(14)).join(' ')}`,
  )
  for (const row of parseDev(f['dev'] ?? ''))
    lines.push(
      `${row.name.padEnd(10)} ${[row.inPackets, row.inOctets, row.outPackets, row.outOctets].map(n => n.toLocaleString('en').padStart(14)).join(' ')}`,
    )
  return lines
}

/** What moved between two looks, a second. */
export function rates(before: Files, after: Files, seconds: number): string[] {
  const moved = difference(counters(before), counters(after))
  const lines: string[] = []
  for (const [group, values] of Object.entries(moved))
    for (const [name, by] of Object.entries(values))
      lines.push(
        `${`${group} ${name}`.padEnd(32)} ${(by / seconds).toLocaleString('en', { maximumFractionDigits: 1 }).padStart(14)} /s`,
      )
  return lines
}

/** What the counters say, and what was dropped. */
export function said(f: Files): string[] {
  const { times, details } = JSON.parse(f['told'] ?? '{"times":{},"details":[]}') as {
    times: { [id: number]: number }
    details: Detail[]
  }
  const bad = findings(difference({}, counters(f))).filter(found => found.cure !== '')
  return [...bad, ...drops(times, details)].map(line)
}
