// RFC 9293 3.10.7, SEGMENT ARRIVES, read once more, step by step, as a machine of its own: what it says of random segments,
// one after the other, is what the stack does. Numbers are relative to the initial ones and do not wrap here.
import { status } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { expect, it } from 'vitest'
import {
  accept,
  CLOSE_WAIT,
  CLOSED,
  CLOSING,
  connect,
  connecting,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  listening,
  type Machine,
  machine,
  type Peer,
  peer,
  random,
  SYN_RECEIVED,
  SYN_SENT,
} from './machine.ts'
import { padded, permitted, scale, stamp, stampIn } from './options.ts'
import { mss, octets } from './segment.ts'

const SEEDS = 400
const LISTEN = 1
const TIME_WAIT = 10
const MSS = 500
const SEND = 4096

/** Draws from a seed. */
function draws(seed: number) {
  const next = random(seed * 7919)
  const below = (n: number): number => (next() >>> 0) % n
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)]! }
}

/** 3.10.7.4, first: whether any of it lies in a window of w octets from `left` on. */
function isInside(seq: number, len: number, left: number, w: number): boolean {
  if (!w) return !len && seq === left
  return len ? seq < left + w && seq + len > left : seq >= left && seq < left + w
}

/** What came out: 'SA', 'A', 'RA', and resets that have the number of an ACK with it: 'R 7'. */
const said = (m: Machine, p: Peer): string =>
  m
    .take()
    .map(s => (s.flags === 'R' ? `R ${(s.seq - p.own) | 0}` : s.flags))
    .join()

it(`3.10.7.2 3.10.7.3 3.10.7.4 LISTEN, SYN-SENT and SYN-RECEIVED, ${SEEDS} seeds`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { below, pick } = draws(seed)
    let isPassive = below(2) === 0
    const listener = (): { m: Machine; p: Peer } => {
      const m = machine()
      listening(m)
      return { m, p: peer(m, { iss: -8 }) }
    }
    const { m, p } = isPassive ? listener() : connecting({ iss: -8 })
    let state = isPassive ? LISTEN : SYN_SENT
    let irs = 0
    const log = [`seed ${seed}`]
    for (let step = 0; step < 15 && state && state < ESTABLISHED; step++) {
      m.run(150)
      m.take()
      const flags = pick(['S', 'S', 'SA', 'SA', 'A', 'A', 'R', 'RA', 'F', 'FA', '', 'SF', 'SP', 'PA', 'SR', 'SRA'])
      const has = (x: string): boolean => flags.includes(x)
      const n = has('R') ? 0 : pick([0, 0, 0, 10])
      const left = irs + 1
      const seq =
        state === SYN_RECEIVED
          ? left + pick([-1, -1, 0, 0, 1, SEND - 1, SEND, -3, -12, -11])
          : pick([-2000, -1000, 0, 1000])
      const ack = pick([0, 1, 1, 1, 2, -5, 100000])
      log.push(`state ${state}, RCV.NXT ${left}: ${flags} seq ${seq} len ${n} ack ${ack}`)
      p.own = p.own || 1
      p.send(flags, { seq, ack, wnd: 3000, text: octets(n), options: has('S') ? mss(MSS) : [] })
      for (const s of m.sent) if (s.flags.includes('S')) p.own = s.seq
      let wanted = ''
      if (state === LISTEN) {
        if (has('R')) wanted = ''
        else if (has('A')) wanted = `R ${ack}`
        else if (has('S')) {
          wanted = 'SA'
          state = SYN_RECEIVED
          irs = seq
        }
      } else if (state === SYN_SENT) {
        if (has('A') && ack !== 1) wanted = has('R') ? '' : `R ${ack}`
        else if (has('R')) state = has('A') ? CLOSED : state
        else if (has('S')) {
          wanted = has('A') ? 'A' : 'SA'
          state = has('A') ? ESTABLISHED : SYN_RECEIVED
          irs = seq
        }
      } else {
        // The SYN of a simultaneous open has come before; what is with it counts.
        const isCrossed = !isPassive && has('S') && has('A') && !has('R') && seq === irs
        const k = isCrossed ? 1 : 0
        const len = n + (has('S') ? 1 : 0) + (has('F') ? 1 : 0) - k
        if (has('S') && !has('A') && !has('R') && seq === irs) wanted = 'SA'
        else if (!isInside(seq + k, len, left, SEND)) wanted = has('R') ? '' : 'A'
        else if (has('R') && seq + k !== left) wanted = 'A'
        else if (has('R')) state = isPassive ? LISTEN : CLOSED
        else if (has('S') && !isCrossed && isPassive) state = LISTEN
        else if (has('S') && !isCrossed) wanted = 'A'
        else if (has('A') && ack !== 1) wanted = `R ${ack}`
        else if (has('A')) {
          wanted = isCrossed || len ? 'A' : ''
          state = ESTABLISHED
        }
      }
      expect(said(m, p), log.join('\n')).toBe(wanted)
      const told = m.told().filter(x => !/readable|end/.test(x))
      const news = state === ESTABLISHED ? ['writable 4096'] : state === CLOSED ? ['close -111'] : []
      expect(told, log.join('\n')).toEqual(news)
      expect(m.t.used(), log.join('\n')).toBe(state === LISTEN || state === CLOSED ? 0 : 1)
      isPassive = isPassive && state !== CLOSED
    }
  }
})

it(`3.10.7.4 RFC 7323 5.3 the synchronized states, with and without options, ${SEEDS} seeds`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { below, pick } = draws(seed)
    const size = pick([256, 1024, 4096])
    const hasStamps = below(2) === 0
    const shift = pick([null, 0, 2, 7])
    let recent = pick([100, 0x7ffffff0, -8])
    const x = pick([accept, connect])({
      iss: pick([-16, 0x7fffffc0, 5]),
      wnd: 4000,
      mss: MSS,
      options: padded(permitted, hasStamps ? stamp(recent) : [], shift === null ? [] : scale(shift)),
      follow: () => (hasStamps ? padded(stamp(recent)) : []),
      setup: {
        sendBuffer: SEND,
        receiveBuffer: size,
        sack: sack(),
        timestamps: timestamps(),
        windowScale: wscale(),
      },
    })
    const { m, p, c } = x
    const own = (n: number): number => (n - p.own) | 0
    const its = (n: number): number => (n - p.iss) | 0
    const log = [`seed ${seed}`]
    let state = ESTABLISHED
    let [una, max, wnd, wl1, wl2, mostWnd, fin] = [1, 1, status(m.t, c).sndWnd, 1, 1, 0, 0]
    let [left, right, told, finSeq, readTo, written] = [1, 0, 1, 0, 1, 0]
    let ranges: [number, number][] = []
    /** What has been sent: numbers that were used, and what was acknowledged. */
    const look = () => {
      const sent = m.take()
      for (const s of sent) {
        log.push(`  ${s.flags} ${own(s.seq)} len ${s.text.length} ack ${its(s.ack)} wnd ${s.wnd}`)
        if (s.flags.includes('F')) fin = own(s.seq) + s.text.length + 1
        max = Math.max(max, own(s.seq) + s.text.length, fin)
        told = its(s.ack)
        if (hasStamps) expect(stampIn(s)?.echo, log.join('\n')).toBe(recent)
      }
      return sent
    }
    mostWnd = Math.max(4000, wnd)
    for (let step = 0; step < 40 && state; step++) {
      m.run(120)
      look()
      if (c.state === CLOSED) break
      const before = status(m.t, c)
      right = its(before.rcvNxt) + before.rcvWnd
      const isEnded = state === CLOSE_WAIT || state >= CLOSING
      const what = below(10)
      if (what < 2) {
        const b = new Uint8Array(SEND)
        const n = below(700) + 1
        if (what) written += Math.max(m.t.write(c, Uint8Array.from(octets(n, written))), 0)
        else if (!isEnded) {
          const k = Math.max(m.t.read(c, b, 0, n), 0)
          expect([...b.subarray(0, k)]).toEqual(octets(k, readTo - 1))
          readTo += k
        }
      } else if (what === 2 && !below(6) && state < FIN_WAIT_1) {
        m.t.close(c)
        state = state === ESTABLISHED ? FIN_WAIT_1 : LAST_ACK
      }
      if (what < 3) {
        m.poll()
        look()
        continue
      }
      const w = Math.max(right - left, 0)
      const flags = pick(['A', 'A', 'A', 'A', 'AP', 'FA', 'FA', 'R', 'RA', 'S', 'SA', '', 'F', 'P', 'AU'])
      const has = (f: string): boolean => flags.includes(f)
      const n = /[SR]/.test(flags) ? 0 : pick([0, 0, 1, 5, 100, 300, 600])
      const seq = left + pick([0, 0, 0, 0, 0, -1, 1, -n, -n - 1, -n + 1, w - n, w - 1, w, w + 1, 100, 50, -50])
      const ack = pick([una, una, max, max, max, max + 1, max - 1, una - 1, una - mostWnd, una - mostWnd - 1])
      const sendShift = has('S') ? 0 : (shift ?? 0)
      const said = pick([0, 4000, 4000, 4000, 200, 1000]) >> sendShift
      const isStamped = hasStamps && below(15) > 0
      const later = pick([0, 0, 0, 1, 3, -1, -4])
      const options = isStamped ? padded(stamp(recent + later)) : []
      log.push(`${state}: ${flags} seq ${seq - left} of ${w} len ${n} ack ${ack} of ${una} to ${max}, stamp ${later}`)
      p.send(flags, { seq, ack, wnd: said, text: octets(n, seq - 1), options })
      const was = state
      // The ACK of what is not taken, or of what is.
      let isAnswered = false
      const len = n + (has('S') || has('F') ? 1 : 0)
      const isClosed = !w && seq === left
      if (hasStamps && !has('R') && (!isStamped || later < 0)) isAnswered = isStamped
      else if (!isInside(seq, len, left, w) && !isClosed) isAnswered = !has('R')
      else if (has('R') && seq === left) state = CLOSED
      else if (has('R') || has('S')) isAnswered = true
      else if (has('A') && (ack > max || ack < una - mostWnd)) isAnswered = true
      else if (has('A')) {
        if (isStamped && seq <= told) recent = (recent + later) | 0
        if (ack >= una && (seq > wl1 || (seq === wl1 && ack >= wl2))) {
          ;[wnd, wl1, wl2] = [said << sendShift, seq, ack]
          mostWnd = Math.max(mostWnd, wnd)
        }
        una = Math.max(una, ack)
        if (fin && una === fin)
          state =
            state === FIN_WAIT_1 ? FIN_WAIT_2 : state === CLOSING ? TIME_WAIT : state === LAST_ACK ? CLOSED : state
        isAnswered = len > 0
        if (state === ESTABLISHED || state === FIN_WAIT_1 || state === FIN_WAIT_2) {
          ranges.push([Math.max(seq, left), Math.min(seq + n, right)])
          for (let k = 0; k < ranges.length; k++)
            for (const [from, to] of ranges) if (from <= left && to > left) left = to
          // A FIN takes no room: it is taken also where the window ends.
          if (has('F') && seq + n <= right) finSeq = seq + n
          if (finSeq === left) {
            left++
            state = state === ESTABLISHED ? CLOSE_WAIT : state === FIN_WAIT_1 ? CLOSING : TIME_WAIT
          }
          ranges = ranges.filter(([, to]) => to > left)
        }
      }
      const sent = look()
      // What is left to be read keeps the connection; in TIME-WAIT all else has been said.
      const isRead = readTo >= left - (state === CLOSE_WAIT || state >= CLOSING ? 1 : 0)
      if (state === TIME_WAIT && isRead) state = CLOSED
      if (was === LAST_ACK && !state && c.state) break
      expect(c.state, log.join('\n')).toBe(state)
      const acks = sent.filter(s => s.flags.includes('A') && its(s.ack) === left)
      if (isAnswered && was !== LAST_ACK) expect(acks.length, log.join('\n')).toBeGreaterThan(0)
      if (!isAnswered && was !== LAST_ACK)
        expect(sent.filter(s => !s.text.length && s.flags === 'A').length, log.join('\n')).toBe(0)
      expect(sent.some(s => s.flags.includes('R'))).toBe(false)
      if (!state) continue
      const after = status(m.t, c)
      const seen = [its(after.rcvNxt), own(after.sndUna), after.sndWnd]
      expect(seen, log.join('\n')).toEqual([left, una, wnd])
      expect(its(after.rcvNxt) + after.rcvWnd, log.join('\n')).toBeGreaterThanOrEqual(right)
    }
  }
})
