// What the counters say, in plain words: for each that moved a sentence with the likely cause, what to do, and the package
// to import where that is the cure.
import { explain } from '@tiny/core/explain'
import { SENTENCES } from './sentences.js'
import type { Snapshot } from './snapshot.js'
import type { Detail } from './witness.js'

export { type Detail, type Witness, witness } from './witness.js'

/** A counter that moved. */
export interface Finding {
  /** As in /proc/net: `Udp NoPorts`; or the id of a drop, as @tiny/core/explain has it. */
  readonly counter: string
  /** How often. */
  readonly times: number
  /** How often, and what it means. */
  readonly text: string
  /** What to do; '' for good traffic. */
  readonly cure: string
}

const number = (k: number): string => `${k}`.replace(/\B(?=(\d{3})+$)/g, ',')
const say = (text: string, k: number): string => text.replace(/\{([^|}]*)\|([^}]*)\}/g, Math.abs(k) === 1 ? '$1' : '$2')

/** What moved, in the order of /proc/net; what calls for something to be done comes first. */
export function findings(moved: Snapshot): Finding[] {
  const bad: Finding[] = []
  const good: Finding[] = []
  for (const group in moved) {
    for (const name in moved[group]) {
      const times = moved[group][name]
      const counter = `${group} ${name}`
      const sentence = SENTENCES[counter]
      // Types of ICMP have counters of their own in Icmp, gauges of Ip and Tcp move with the configuration.
      if (!sentence || !times) continue
      const parts = sentence.split(' // ')
      const text = `${number(times)} ${say(parts[0], times)}`
      ;(parts[1] ? bad : good).push({ counter, times, text, cure: parts[1] ?? '' })
    }
  }
  return bad.concat(good)
}

const ETHERTYPES: { readonly [type: number]: string } = { 34525: 'IPv6', 33024: 'a VLAN tag', 35020: 'LLDP' }
const PROTOCOLS: { readonly [proto: number]: string } = {
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
  89: 'OSPF',
  132: 'SCTP',
}

/** A drop that is known more closely. */
function detail(d: Detail): { text: string; cure: string } {
  const { id, about } = d
  const s = (one: string, many: string): string => (d.times === 1 ? one : many)
  const k = number(d.times)
  if (id === 104) {
    if (about <= 1500)
      return {
        text: `${k} IEEE 802.3 ${s('frame was', 'frames were')} not taken`,
        cure: 'RFC 1042 frames are taken with @tiny/ethernet/snap',
      }
    const name = ETHERTYPES[about] ?? `EtherType 0x${about.toString(16)}`
    return {
      text: `${k} ${s('frame', 'frames')} of ${name}: nobody takes ${s('it', 'them')}`,
      cure: 'packet sockets of @tiny/raw/packet see every frame',
    }
  }
  if (id === 207)
    return {
      text: `${k} UDP ${s('datagram', 'datagrams')} to port ${about} had no receiver: no socket is bound to it`,
      cure: `bind(${about}, ...) of @tiny/udp`,
    }
  if (id === 302)
    return {
      text: `${k} UDP ${s('datagram', 'datagrams')} to port ${about} found its queue full`,
      cure: "raise the queue of bind(), or host's pool; poll more often",
    }
  if (id === 403)
    return {
      text: `${k} TCP ${s('segment', 'segments')} to port ${about}, where nobody listens and no connection is`,
      cure: `listen(${about}, ...) of @tiny/tcp`,
    }
  if (id === 208) {
    const missing = about === 17 ? '@tiny/udp' : about === 6 ? '@tiny/tcp' : '@tiny/raw'
    const name = PROTOCOLS[about] ?? `protocol ${about}`
    return {
      text: `${k} ${name} ${s('datagram', 'datagrams')} had no receiver: no ${missing} is attached${about === 17 || about === 6 ? '' : ', which could take it'}`,
      cure: `import ${missing}`,
    }
  }
  // 225
  const cure =
    about === 0
      ? 'ping() of @tiny/ping asks, and takes the replies'
      : about === 5
        ? 'gateways() of @tiny/ipv4/gateway follows redirects'
        : 'a raw socket of @tiny/raw for ICMP sees them all'
  return { text: `${k} ICMP ${s('message', 'messages')} of type ${about} had no receiver`, cure }
}

/** What is sent or passes, and what TCP does about losses, is no drop. That there is no way, is. */
const isGood = (id: number): boolean =>
  (id >= 240 && id < 244) ||
  id === 310 ||
  id >= 900 ||
  (id >= 440 && id < 457 && id !== 451) ||
  (id > 702 && id !== 705 && id < 800 && id !== 706)

/**
 * What was dropped, by reason: those that a witness knows more closely with what they were about, all others with the
 * sentence of @tiny/core/explain.
 *
 * @param times how often each id was told of: `times` of mib()
 * @param details of a witness(); without them the sentences alone
 */
export function drops(times: { readonly [id: number]: number }, details?: readonly Detail[]): Finding[] {
  const found: Finding[] = []
  for (const key in times) {
    const id = +key
    if (!times[id] || isGood(id)) continue
    let left = times[id]
    for (let i = 0; i < (details ?? []).length; i++) {
      const d = (details as readonly Detail[])[i]
      if (d.id !== id || d.times > left) continue
      left -= d.times
      const { text, cure } = detail(d)
      found.push({ counter: key, times: d.times, text, cure })
    }
    if (left)
      found.push({
        counter: key,
        times: left,
        text: `${number(left)} ${left === 1 ? 'time' : 'times'}: ${explain(id)}`,
        cure: '',
      })
  }
  return found
}

/** A finding as one line. */
export const line = (f: Finding): string => (f.cure ? `${f.text}: ${f.cure}` : f.text)
