// RFC 826; RFC 1122 2.3.2. A neighbour is asked for once a second and three times. When the age of one that is known has
// passed, it is asked again, directly, if something was sent to it in that time, else forgotten.
import { copy, ENOBUFS, get16, get32, put16, put32 } from '@tiny/core'
import {
  ALL_HIGH,
  ALL_LOW,
  ARP_LENGTH,
  FREE,
  HEADER,
  LENGTHS,
  NOTHING,
  OLDEST,
  PATIENCE_MS,
  REPLY,
  REQUEST,
  RETRY_MS,
  SHA,
  SPA,
  STATIC,
  THA,
  TPA,
  TRIES,
  TYPE_ARP,
  TYPES,
} from './const.js'
import { ARP_CONFLICT, ARP_MALFORMED, ARP_NO_ANSWER, ARP_NOT_OURS, ARP_POOL, ARP_REFUSED, ARP_REPLACED } from './ids.js'
import type { Eth, Neighbour } from './types.js'

/** Writes a frame's header in front of o, to the MAC address high:low. */
export function front(e: Eth, b: Uint8Array, o: number, high: number, low: number, type: number): void {
  put16(b, o - HEADER, high)
  put32(b, o - 12, low)
  copy(b, o - 8, e.dev.mac, 0, 6)
  put16(b, o - 2, type)
}

function sendArp(e: Eth, op: number, ip: number, high: number, low: number): void {
  const b = e.arp
  front(e, b, HEADER, high, low, TYPE_ARP)
  put32(b, HEADER, TYPES)
  put32(b, HEADER + 4, LENGTHS + op)
  copy(b, HEADER + SHA, e.dev.mac, 0, 6)
  copy(b, HEADER + SPA, e.address, 0, 4)
  put16(b, HEADER + THA, high)
  put32(b, HEADER + THA + 2, low)
  put32(b, HEADER + TPA, ip)
  e.dev.send(b, 0, HEADER + ARP_LENGTH)
}

/**
 * The entry of an address, or else a new one as far as it may take a place. What others claim takes a free one only: a
 * flood of claims pushes nobody out.
 */
export function entry(e: Eth, ip: number, most: number): Neighbour | undefined {
  let best: Neighbour | undefined
  let eldest: Neighbour | undefined
  let waiting = 0
  for (const x of e.table) {
    if (x.ip === ip) return x
    if (x.ip && x.high === ALL_HIGH) {
      waiting++
      if (!eldest || ((x.due - eldest.due) | 0) < 0) eldest = x
    }
    // A free one, else who is pushed out first: one that nothing is sent to, then the one that was heard of longest ago.
    if (!x.ip) best = most ? x : best
    else if (most === OLDEST && !x.tries)
      if (!best || (best.ip && (x.isUsed === best.isUsed ? ((x.due - best.due) | 0) < 0 : best.isUsed))) best = x
  }
  // Those that have not answered yet hold half of the places at most, and among themselves make room for a newer one, some
  // time after they were asked for: answers to forged sources neither push out who is known nor keep others from being asked.
  if (eldest && most === OLDEST && waiting >= e.table.length / 2) {
    if (!e.h.isDue(eldest.due - RETRY_MS + PATIENCE_MS)) return undefined
    release(e, eldest, ARP_NO_ANSWER)
    best = eldest
  }
  if (best) {
    best.ip = ip
    best.high = ALL_HIGH
    best.low = ALL_LOW
    best.tries = 0
  }
  return best
}

/** Asks for a neighbour: all stations for one that is not known, else itself, RFC 1122 2.3.2.1 (2). */
export function ask(e: Eth, x: Neighbour): void {
  x.tries++
  x.due = e.h.wake(RETRY_MS)
  sendArp(e, REQUEST, x.ip, x.high, x.low)
}

/** Sends what waits for a neighbour, or drops it under an id. */
export function release(e: Eth, x: Neighbour, id: number): void {
  for (const b of x.held) {
    const n = b.length - HEADER
    const reason = id || (e.send(b, HEADER, n, x.ip) && ARP_REFUSED)
    if (reason) e.h.drop(reason, b, HEADER, n)
    e.h.pool.give(b)
  }
  x.held.length = 0
}

/** Keeps a packet until its neighbour is known: RFC 1122 2.3.2.2, the latest datagram, with all fragments of it. */
export function keep(e: Eth, x: Neighbour, b: Uint8Array, o: number, n: number): number {
  // A fragment that is not the first belongs to the datagram at hand.
  if (!(get16(b, o + 6) & 0x1fff)) release(e, x, ARP_REPLACED)
  const held = e.h.pool.take(HEADER + n)
  if (!held) {
    e.h.drop(ARP_POOL, b, o, n)
    return -ENOBUFS
  }
  copy(held, HEADER, b, o, n)
  x.held.push(held)
  return 0
}

/** A neighbour has told its MAC address: what waited for it goes out. */
export function learn(e: Eth, x: Neighbour, high: number, low: number): void {
  x.high = high
  x.low = low
  x.tries = 0
  x.isUsed = false
  x.due = e.h.wake(e.age)
  release(e, x, 0)
}

// input path
export function arpInput(e: Eth, b: Uint8Array, o: number, n: number): number {
  // What remains of the second word without the lengths of the addresses.
  const op = get32(b, o + 4) - LENGTHS
  const high = get16(b, o + SHA)
  if (n < ARP_LENGTH || get32(b, o) !== TYPES || (op !== REQUEST && op !== REPLY) || high & 0x100)
    return e.h.drop(ARP_MALFORMED, b, o, n)
  const low = get32(b, o + SHA + 2)
  const spa = get32(b, o + SPA)
  const own = get32(e.address, 0)
  if (own && spa === own) return e.h.drop(ARP_CONFLICT, b, o, n)
  // RFC 826: whoever is in the table is brought up to date, whatever the operation; only a request to us makes an
  // entry, for a sender that can be one host.
  const isAsked = own && op === REQUEST && get32(b, o + TPA) === own
  const isHost = spa >>> 24 && spa >>> 28 < 14
  const x = isHost ? entry(e, spa, isAsked ? FREE : NOTHING) : undefined
  if (!x && !isAsked) return e.h.drop(ARP_NOT_OURS, b, o, n)
  if (x && x.tries !== STATIC) learn(e, x, high, low)
  if (isAsked) sendArp(e, REPLY, spa, high, low)
  return 0 // eaten: learnt or answered
}

/** Asks again, gives up, forgets. */
export function pollArp(e: Eth): void {
  for (const x of e.table) {
    if (!x.ip || x.tries === STATIC || !e.h.isDue(x.due)) continue
    if (x.tries ? x.tries < TRIES : x.isUsed) ask(e, x)
    else {
      // The first fragment is what a transport can be told of.
      if (x.held[0]) e.lost?.(x.held[0], HEADER, x.held[0].length - HEADER, x.ip)
      release(e, x, ARP_NO_ANSWER)
      x.ip = 0
    }
  }
}
