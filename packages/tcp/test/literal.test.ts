// RFC 6582 with 3042, and RFC 6675 with 6937, read once more, word by word, in whole segments: what each acknowledgment of a
// receiver behind a wire that loses lets go out is what the stack sends. No time passes, so that no timeout interferes.
import { status } from '@tiny/tcp'
import { expect, it } from 'vitest'
import { connect, random, write } from './machine.ts'
import { sender as sacking } from './sacking.ts'

const SEEDS = 100
const MSS = 1000
const WINDOW = 30
const BUFFER = 32

type Range = readonly [number, number]

/** A wire and a receiver; segments by their numbers. */
function network(seed: number) {
  const next = random(seed * 31337)
  const below = (n: number): number => (next() >>> 0) % n
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!
  const loss = pick([2, 5, 15, 30])
  const lossOfAcks = pick([0, 5, 30])
  const swaps = pick([0, 0, 10])
  const queue: number[] = []
  const got = new Set<number>()
  let recent: number[] = []
  const x = {
    seed,
    hasMore: pick([true, true, false]),
    /** What has arrived in order. */
    ack: 0,
    queue,
    carry: (k: number) => void (below(100) < loss || queue.push(k)),
    /** The next one arrives. @returns whether its acknowledgment does */
    arrive(): boolean {
      const k = queue.splice(below(100) < swaps ? below(Math.min(queue.length, 5)) : 0, 1)[0]!
      if (k >= x.ack) got.add(k)
      while (got.has(x.ack)) x.ack++
      recent = [k, ...recent.filter(y => y !== k)]
      return below(100) >= lossOfAcks
    },
    /** RFC 2018: the newest first. */
    blocks(): Range[] {
      const all = runs(got, x.ack, x.ack + 2 * WINDOW)
      const list = recent.map(k => all.find(([from, to]) => from <= k && k < to)).filter(b => b !== undefined)
      return [...new Set(list)].slice(0, 4)
    },
  }
  return x
}

/** Those in a row, below `to`. */
function runs(set: ReadonlySet<number>, from: number, to: number): Range[] {
  const list: [number, number][] = []
  for (let k = from; k < to; k++) {
    const last = list[list.length - 1]
    if (!set.has(k)) continue
    if (last?.[1] === k) last[1]++
    else list.push([k, k + 1])
  }
  return list
}

it(`RFC 5681 3.2, RFC 6582 3.2, RFC 3042 2 NewReno, ${SEEDS} seeds`, () => {
  let recoveries = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const net = network(seed)
    const x = connect({ wnd: WINDOW * MSS + 500, mss: MSS, setup: { sendBuffer: BUFFER * 1024 } })
    const { m, p, c } = x
    let [una, max, dups, isIn, recover, cwnd] = [0, 0, 0, false, -1, 0]
    const take = (): string =>
      m
        .take()
        .map(s => {
          const k = (((s.seq - p.own) | 0) - 1) / MSS
          const isNew = k >= max
          max = Math.max(max, k + 1)
          net.carry(k)
          return `${isNew ? 'N' : 'R'}${k}`
        })
        .join(' ')
    const fill = (): void => {
      while (status(m.t, c).unsent < BUFFER * MSS) write(x, MSS)
    }
    fill()
    take()
    for (let step = 0; step < 300 && net.queue.length; step++) {
      if (!net.arrive()) continue
      const before = status(m.t, c)
      const flight = max - una
      const wanted: string[] = []
      const isNew = net.ack > una
      const most = Math.min(una + Math.floor(before.unsent / MSS), net.ack + WINDOW)
      p.send('A', { ack: 1 + MSS * net.ack })
      const was = max
      const sent = take()
      let isTold = true
      let room = 0
      if (isNew) {
        if (!isIn) {
          dups = 0
          room = status(m.t, c).cwnd
        } else if (net.ack >= recover) {
          isIn = isTold = false
          dups = 0
        } else {
          room = cwnd = Math.max(cwnd - (net.ack - una - 1) * MSS, MSS)
          wanted.push(`R${net.ack}`)
        }
        una = net.ack
      } else if (!flight) isTold = false
      else if (isIn) room = cwnd += MSS
      else if (++dups === 3 && una > recover) {
        isIn = true
        recoveries++
        recover = was
        const ssthresh = Math.max(Math.min(flight * MSS, before.cwnd) >> 1, 2 * MSS)
        expect(status(m.t, c).ssthresh).toBe(ssthresh)
        room = cwnd = ssthresh + 3 * MSS
        wanted.push(`R${una}`)
      } else room = before.cwnd + Math.min(dups, 2) * MSS
      for (let k = was; k < most && (k + 1 - una) * MSS <= room; k++) wanted.push(`N${k}`)
      if (isTold) expect(sent, `seed ${seed}, step ${step}`).toBe(wanted.join(' '))
      if (net.hasMore) fill()
      take()
    }
  }
  expect(recoveries).toBeGreaterThan(SEEDS)
})

it(`RFC 6675 4, 5, RFC 6937 3 selective acknowledgments, ${SEEDS} seeds`, () => {
  let recoveries = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const net = network(seed)
    const x = sacking({ wnd: WINDOW * MSS + 500, setup: { sendBuffer: BUFFER * 1024 } })
    const { m, c } = x
    const sacked = new Set<number>()
    let [una, max, dups, isIn, point, highRxt, rescue] = [0, 0, 0, false, 0, 0, 0]
    let [delivered, out, flight, ssthresh] = [0, 0, 0, 0]
    /** What goes out is on the wire; what was left over of the last occasion is taken as it is. */
    const took = (log: string, isLeftOver: boolean): void => {
      for (const one of log.split(' ').filter(Boolean)) {
        const k = one === 'N' ? max++ : Number(one.slice(1))
        net.carry(k)
        if (!isLeftOver || !isIn) continue
        out++
        if (one !== 'N' && k === max - 1) rescue = point
        else if (one !== 'N') highRxt = k + 1
      }
    }
    const fill = (): void => {
      while (status(m.t, c).unsent < BUFFER * MSS) write(x, MSS)
      took(x.log(), true)
    }
    const isLost = (k: number): boolean => {
      const above = runs(sacked, k + 1, max)
      return above.length >= 3 || above.reduce((n, [from, to]) => n + to - from, 0) > 2
    }
    const each = Array.from({ length: 100 }, (_, k) => k)
    const open = (): number[] => each.slice(0, max - una).flatMap(k => (sacked.has(una + k) ? [] : [una + k]))
    fill()
    for (let step = 0; step < 300 && net.queue.length; step++) {
      if (!net.arrive()) continue
      const before = status(m.t, c)
      const most = Math.min(una + Math.floor(before.unsent / MSS), net.ack + WINDOW)
      const blocks = net.blocks()
      const known = una + sacked.size
      const wasUna = una
      una = Math.max(una, net.ack)
      for (const k of sacked) if (k < una) sacked.delete(k)
      const kept = sacked.size
      for (const [from, to] of blocks) for (let k = from; k < to; k++) if (k >= una) sacked.add(k)
      const fresh = una + sacked.size - known
      const isReported = sacked.size > kept
      if (isIn && una >= point) [isIn, dups] = [false, 0]
      if (!isIn) {
        if (una > wasUna) dups = 0
        if (isReported) dups++
        if ((isReported && dups >= 3) || (una < max && isLost(una))) {
          ;[isIn, point, highRxt, rescue, delivered, out, flight] = [true, max, una, una + 1, 0, 0, max - una]
          recoveries++
        }
      }
      const was = max
      const log = x.ack(una, ...blocks)
      if (!isIn) took(log, false)
      else {
        ssthresh = status(m.t, c).ssthresh / MSS
        delivered += fresh
        highRxt = Math.max(highRxt, una)
        const pipe = open().reduce((n, k) => n + (isLost(k) ? 0 : 1) + (k < highRxt ? 1 : 0), 0)
        let budget =
          pipe > ssthresh
            ? Math.ceil((delivered * ssthresh) / flight) - out
            : Math.min(ssthresh - pipe, Math.max(delivered - out, fresh) + 1)
        // What brings nothing is no occasion, but for the first one.
        const isOccasion = fresh > 0 || !out
        if (!out) budget = Math.max(budget, 1)
        const wanted: string[] = []
        const send = (what: string): void => {
          wanted.push(what)
          budget--
          out++
        }
        let top = max
        // The end is for who has no more to send, or has sent nothing since: for others, answers are on their way.
        const isAll = wasUna * MSS + before.unsent === max * MSS
        while (isOccasion && budget >= 1) {
          const high = Math.max(una, ...sacked)
          const hole = open().find(k => k >= highRxt && (k < high || !out))
          const isNew = top < most
          if (hole !== undefined && (!out || isLost(hole) || !isNew)) {
            // (3) waits for the next one when there was new data.
            if (!isLost(hole) && out && top > was) break
            send(`R${hole}`)
            highRxt = hole + 1
          } else if (isNew) {
            send('N')
            top++
          } else if (una > rescue && !sacked.has(max - 1) && max > una && top === was && (isAll || max === point)) {
            send(`R${max - 1}`)
            rescue = point
          } else break
        }
        if (isOccasion) expect(log, `seed ${seed}, step ${step}`).toBe(wanted.join(' '))
        took(log, !isOccasion)
      }
      if (net.hasMore) fill()
    }
  }
  expect(recoveries).toBeGreaterThan(SEEDS)
})
