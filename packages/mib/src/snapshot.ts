// What the counters said at one moment, by name; and the text of /proc/net/snmp and netstat, written and read.
import type { Ip, Tcp, TcpEngine } from '@tiny/core'
import { ID, IN_TYPE, KINDS, OUT_TYPE } from './const.js'
import { type Group, NETSTAT, SNMP } from './names.js'
import type { Mib } from './types.js'

/** Counters by group and name, as in /proc/net: `s.Tcp.InSegs`. */
export interface Snapshot {
  [group: string]: { [name: string]: number }
}

/** Where gauges come from; each is 0, or says that it is not known, without. */
export interface Gauges {
  /** For Ip DefaultTTL; 64 without. */
  ip?: Ip
  /** For Tcp RtoMin and MaxConn; 1000 and 0 without. */
  tcp?: Tcp
}

function valuesOf(m: Mib, group: Group): { [name: string]: number } {
  const values: { [name: string]: number } = {}
  const names = group.names.split(' ')
  for (let i = 0; i < names.length; i++) {
    const place = group.places[names[i]]
    const places = typeof place === 'number' ? [place] : (place ?? [])
    let k = 0
    for (let j = 0; j < places.length; j++) {
      const at = Math.abs(places[j])
      const value = at < ID ? m.values[at] : (m.times[at - ID] ?? 0)
      k += places[j] < 0 ? -value : value
    }
    // Those of 32 bits wrap, whatever they are made of.
    values[names[i]] = m.values instanceof Uint32Array ? k >>> 0 : k
  }
  return values
}

/** IcmpMsg has the types that were seen, those in first. */
function icmpMsg(m: Mib): { [name: string]: number } {
  const values: { [name: string]: number } = {}
  for (let i = 0; i < KINDS; i++) if (m.values[IN_TYPE + i]) values[`InType${i}`] = m.values[IN_TYPE + i]
  for (let i = 0; i < KINDS; i++) if (m.values[OUT_TYPE + i]) values[`OutType${i}`] = m.values[OUT_TYPE + i]
  return values
}

/** Copies the counters. The gauges of Ip and Tcp come from what is given. */
export function snapshot(m: Mib, gauges?: Gauges): Snapshot {
  const s: Snapshot = {}
  for (let i = 0; i < SNMP.length; i++) s[SNMP[i].name] = SNMP[i].names ? valuesOf(m, SNMP[i]) : icmpMsg(m)
  for (let i = 0; i < NETSTAT.length; i++) s[NETSTAT[i].name] = valuesOf(m, NETSTAT[i])
  const tcp = gauges?.tcp as TcpEngine | undefined
  // Not acting as a router.
  s.Ip.Forwarding = 2
  s.Ip.DefaultTTL = (gauges?.ip as { ttl?: number } | undefined)?.ttl ?? 64
  // As Linux says it: none of those that RFC 4022 has a number for.
  s.Tcp.RtoAlgorithm = 1
  s.Tcp.RtoMin = tcp?.minRto ?? 1000
  s.Tcp.RtoMax = 60000
  s.Tcp.MaxConn = tcp?.limit ?? 0
  return s
}

function lines(s: Snapshot, groups: readonly Group[]): string {
  let text = ''
  for (let i = 0; i < groups.length; i++) {
    const { name, names } = groups[i]
    const values = s[name] ?? {}
    const keys = Object.keys(values)
    // Linux has 16 types of ICMP in a line, and none while none was seen.
    const most = names ? keys.length : 16
    for (let at = 0; at < keys.length; at += most) {
      const some = keys.slice(at, at + most)
      text += `${name}: ${some.join(' ')}\n${name}: ${some.map(key => values[key]).join(' ')}\n`
    }
  }
  return text
}

/** The text of /proc/net/snmp. */
export const snmp = (s: Snapshot): string => lines(s, SNMP)

/** The text of /proc/net/netstat. */
export const netstat = (s: Snapshot): string => lines(s, NETSTAT)

/**
 * Reads the text of /proc/net/snmp or netstat, or of both, one behind the other: ours or that of a kernel. A line of
 * names, then one of as many numbers, each with its group in front; what is not so is left out.
 */
export function parse(text: string): Snapshot {
  const s: Snapshot = {}
  const rows = text.split('\n')
  for (let i = 0; i + 1 < rows.length; i++) {
    const names = rows[i].split(' ')
    const numbers = rows[i + 1].split(' ')
    if (names[0] === '' || names[0] !== numbers[0] || names.length !== numbers.length) continue
    const name = names[0].replace(':', '')
    // IcmpMsg may have several.
    const group = s[name] ?? {}
    for (let k = 1; k < names.length; k++) group[names[k]] = +numbers[k]
    s[name] = group
    i++
  }
  return s
}

/** What has moved, by how much. A counter that went down has wrapped at 32 bits; a gauge that did is negative. */
export function difference(before: Snapshot, after: Snapshot): Snapshot {
  const moved: Snapshot = {}
  for (const group in after) {
    for (const name in after[group]) {
      const from = before[group]?.[name] ?? 0
      const by = after[group][name] - from
      if (!by) continue
      moved[group] = moved[group] ?? {}
      moved[group][name] = by < 0 && name !== 'CurrEstab' ? by + 4294967296 : by
    }
  }
  return moved
}
