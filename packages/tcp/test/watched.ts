// What an observer is told of a machine, held against what went in and out of it.
import type { Dev, Host, Observer } from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { wrap } from '@tiny/core/wrap'
import { mib } from '@tiny/mib'
import { snapshot } from '@tiny/mib/proc'

const IP_IN = 240
const IP_DELIVERED = 241
const TCP_OUT = 440
const KIND_TCP = 6
const CLOSED = 0

export interface Watched {
  readonly observer: Observer
  /** A card whose frames are counted. */
  watch(dev: Dev): Dev
  /** When all is over: nothing is open, and the counters say what was seen. */
  check(h: Host): void
}

export function watched(name: string, faults: string[]): Watched {
  const m = mib()
  /** Connections in each state. */
  const states: { [state: number]: number } = {}
  const fault = (text: string): void => {
    // One of a kind is enough.
    if (faults.length < 20) faults.push(`${name} ${text}`)
  }
  const drops: number[] = []
  let delivered = 0
  let taken = 0
  /** Segments handed to the card, whole or the first fragment of one. */
  let segments = 0
  let refused = 0
  const observer: Observer = {
    drop(id, b, o, n) {
      if (explain(id).startsWith('unknown')) fault(`dropped for ${id}`)
      if (!(o >= 0 && n >= 0 && o + n <= b.length)) fault(`drop ${id} of ${n} octets at ${o} of ${b.length}`)
      // What waited for a neighbour was sent, and never came to the card: it is not the frame at hand.
      if (id >= 113 && id <= 116) refused++
      else drops.push(id)
      m.drop(id, b, o, n)
    },
    packet(id, b, o, n) {
      if (id === IP_IN) taken++
      if (id === IP_DELIVERED) delivered++
      m.packet(id, b, o, n)
    },
    count(id, k) {
      if (explain(id).startsWith('unknown')) fault(`counted ${id}`)
      m.count(id, k)
    },
    state(kind, from, to) {
      if (kind === KIND_TCP && from !== CLOSED) {
        states[from] = (states[from] ?? 0) - 1
        if (states[from] < 0) fault(`left state ${from}, where nobody was`)
      }
      if (kind === KIND_TCP && to > CLOSED) states[to] = (states[to] ?? 0) + 1
      m.state(kind, from, to)
    },
  }
  return {
    observer,
    watch(card) {
      const dev: Dev = wrap(
        card,
        (b, o, n) => {
          const code = card.send(b, o, n)
          if (code) refused++
          else if (b[o + 12] === 8 && !b[o + 13]) {
            if (b[o + 23] === KIND_TCP && !((b[o + 20] & 0x1f) | b[o + 21])) segments++
          }
          return code
        },
        (b, o, n, flags) => {
          drops.length = delivered = taken = 0
          const isIp = b[o + 12] === 8 && b[o + 13] === 0
          const isFragment = isIp && ((b[o + 20] & 0x3f) | b[o + 21]) !== 0
          dev.recv(b, o, n, flags)
          // A fragment may lose a datagram and itself; what is delivered may be refused above.
          if (drops.length > (isFragment ? 2 : 1)) fault(`dropped a frame for ${drops}`)
          if (isIp && taken + drops.length === 0) fault('lost an IP frame without a word')
          if (taken && !isFragment && delivered + drops.length === 0) fault('lost a datagram without a word')
        },
      )
      return dev
    },
    check(h) {
      if (h.lost) fault(`${h.lost} calls of the observer threw`)
      for (const state in states) if (states[state]) fault(`${states[state]} are in state ${state}`)
      const { Ip, Tcp } = snapshot(m)
      if (Tcp['CurrEstab']) fault(`CurrEstab ${Tcp['CurrEstab']}`)
      const told = m.times[TCP_OUT] ?? 0
      if (told < segments || told > segments + refused)
        fault(`told of ${told} segments, but ${segments} were sent and ${refused} refused`)
      // A SYN,ACK that is sent again counts as both.
      if (Tcp['OutSegs'] + Tcp['RetransSegs'] < told) fault(`OutSegs ${Tcp['OutSegs']} of ${told}`)
      if (Tcp['RetransSegs'] > told) fault(`RetransSegs ${Tcp['RetransSegs']} of ${told}`)
      if (Ip['OutRequests'] < segments) fault(`OutRequests ${Ip['OutRequests']}, of TCP alone ${segments}`)
      if (Ip['InReceives'] < Ip['InDelivers']) fault(`InDelivers ${Ip['InDelivers']} of ${Ip['InReceives']}`)
      if (Ip['InDelivers'] < Tcp['InSegs']) fault(`InSegs ${Tcp['InSegs']} of ${Ip['InDelivers']}`)
      if (Tcp['InErrs'] > Tcp['InSegs']) fault(`InErrs ${Tcp['InErrs']} of ${Tcp['InSegs']}`)
    },
  }
}
