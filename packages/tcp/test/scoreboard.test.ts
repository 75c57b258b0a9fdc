// RFC 6675, the sender's side of SACK; RFC 6937 (proportional rate reduction).
import { type Status, status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { CLOSED, connect, ESTABLISHED, FIN_WAIT_1, move, startFor, write } from './machine.ts'
import { flying, MSS, type Sender, sender } from './sacking.ts'
import { OWN, octets } from './segment.ts'

const of = (x: Sender): Status => status(x.m.t, x.c)

/** Segments 0 to n - 1 in flight, and nothing more to be sent. */
function last(n: number): Sender {
  const x = sender()
  write(x, n * MSS)
  expect(x.log()).toBe(Array.from({ length: n }, () => 'N').join(' '))
  return x
}

describe('when a recovery begins', () => {
  it('5 SACK-19 SACK-10 (1) with the third duplicate, each of them something new; before that, new data (RFC 3042)', () => {
    const x = flying(10)
    const k = x.first
    expect(x.ack(k, [k + 1, k + 2])).toBe('N')
    expect(x.ack(k, [k + 1, k + 2])).toBe('')
    expect(x.ack(k)).toBe('')
    expect(x.ack(k, [k + 1, k + 3])).toBe('N')
    expect(of(x).ssthresh).toBeGreaterThan(100000)
    expect(x.ack(k, [k + 1, k + 4])).toBe(`R${k}`)
    // 5 (4.2): half of what was in flight, limited transmit not counted.
    expect(of(x).ssthresh).toBe(5 * MSS)
  })

  it('2 acknowledgments without a block are no duplicates', () => {
    const x = flying(10)
    for (let i = 0; i < 10; i++) expect(x.ack(x.first)).toBe('')
  })

  it('4 SACK-19 IsLost by octets: more than twice SMSS above it', () => {
    const x = flying(10)
    const una = 1 + MSS * x.first
    expect(x.octets(una, [una + MSS, una + 3 * MSS])).toBe('N')
    expect(x.octets(una, [una + MSS, una + 3 * MSS + 1])).toContain(`R${x.first}`)
  })

  it('4 SACK-19 IsLost by count: three pieces above it, however small', () => {
    const x = flying(10)
    const una = 1 + MSS * x.first
    const piece = (k: number) => [una + k * MSS, una + k * MSS + 10] as const
    expect(x.octets(una, piece(1), piece(3))).not.toContain('R')
    expect(x.octets(una, piece(5), piece(3), piece(1))).toContain(`R${x.first}`)
  })

  it('5 (4.3) with three duplicates that say little, the first segment goes out, and no other', () => {
    const x = flying(10)
    const una = 1 + MSS * x.first
    expect(x.octets(una, [una + MSS, una + MSS + 10])).toBe('N')
    expect(x.octets(una, [una + MSS, una + MSS + 20])).toBe('N')
    expect(x.octets(una, [una + MSS, una + MSS + 30])).toBe(`R${x.first}`)
    expect(x.octets(una, [una + MSS, una + MSS + 40])).not.toContain('R')
  })

  it('5 SACK-18 a duplicate that acknowledges something counts too, from one', () => {
    const x = flying(10)
    const k = x.first
    const some = (n: number) => [1 + MSS * (k + 2), 1 + MSS * (k + 2) + n] as const
    x.octets(1 + MSS * k, some(10))
    x.octets(1 + MSS * k, some(20))
    expect(x.octets(1 + MSS * (k + 1), some(30))).not.toContain('R')
    expect(x.octets(1 + MSS * (k + 1), some(40))).not.toContain('R')
    expect(x.octets(1 + MSS * (k + 1), some(50))).toContain(`R${k + 1}`)
  })

  it('5.1 not for what was in flight before: once for a window', () => {
    const x = flying(10)
    const k = x.first
    x.ack(k, [k + 1, k + 5])
    const { ssthresh } = of(x)
    x.ack(k, [k + 1, k + 9])
    x.ack(k + 5, [k + 6, k + 10])
    expect(of(x).ssthresh).toBe(ssthresh)
  })

  it('5 SACK-20 (A) what is lost of the segments sent in a recovery, the first too, begins the next one', () => {
    const x = flying(20)
    const k = x.first
    const end = Math.round((x.max - 1) / MSS)
    x.ack(k, [k + 1, k + 4])
    for (let i = 5; i <= 20; i++) x.ack(k, [k + 1, k + i])
    const next = Math.round((x.max - 1) / MSS)
    expect(next).toBeGreaterThan(end + 3)
    // All that was in flight at the beginning has arrived, the segment behind it has not.
    const { ssthresh } = of(x)
    expect(x.ack(end, [end + 1, end + 4])).toContain(`R${end}`)
    expect(of(x).ssthresh).toBeLessThan(ssthresh)
  })
})

describe('4 NextSeg', () => {
  it('4 SACK-13 (1) every hole that is lost, in order, each once; what has arrived is not sent again', () => {
    const x = flying(20)
    const k = x.first
    let seen = x.ack(k, [k + 1, k + 2], [k + 3, k + 5], [k + 6, k + 12])
    for (let i = 13; i <= 20; i++) seen += ` ${x.ack(k, [k + 6, k + i])}`
    expect(seen.match(/R\d+/g)).toEqual([`R${k}`, `R${k + 2}`, `R${k + 5}`])
    expect(x.ack(k + 2, [k + 3, k + 5])).not.toContain('R')
  })

  it('4 SACK-14 (2) new data before holes that are not lost yet', () => {
    const x = flying(20)
    const k = x.first
    let seen = x.ack(k, [k + 1, k + 4], [k + 5, k + 6])
    for (const to of [7]) seen += ` ${x.ack(k, [k + 5, k + to])}`
    // Two segments above k + 4 are not three.
    expect(seen).toContain(`R${k}`)
    expect(seen).not.toContain(`R${k + 4}`)
    for (let i = 8; i < 12; i++) seen += ` ${x.ack(k, [k + 5, k + i])}`
    expect(seen).toContain(`R${k + 4}`)
    expect(seen).toContain('N')
  })

  it('4 SACK-15 (3) without new data a hole that is not lost yet', () => {
    const x = last(8)
    expect(x.ack(0, [1, 4], [5, 6])).toBe('R0')
    expect(x.ack(0, [5, 7])).toBe('R4')
  })

  it('4 SACK-16 (4) the end of what is in flight, once, and not before the first one has arrived', () => {
    const x = last(10)
    // 0, 8 and 9 are lost.
    let seen = ''
    for (let i = 2; i <= 8; i++) seen += ` ${x.ack(0, [1, i])}`
    expect(seen.trim()).toBe('R0')
    expect(x.ack(8)).toBe('R9')
    expect(x.ack(8)).toBe('')
    expect(x.ack(8, [9, 10])).toBe('R8')
    expect(x.ack(10)).toBe('')
    expect(of(x).unsent).toBe(0)
  })

  it('4 SACK-16 (4) the FIN is the end of what is in flight', () => {
    const x = sender()
    write(x, 5 * MSS)
    x.m.t.close(x.c)
    x.m.poll()
    expect(x.log()).toBe('N N N N N N')
    expect(x.ack(0, [1, 4])).toBe('R0')
    const again = x.octets(1 + 4 * MSS)
    expect(again).toBe(`R${4 + 1 / MSS}`)
    expect(x.c.state).toBe(FIN_WAIT_1)
    x.octets(2 + 5 * MSS)
    expect(x.c.state).toBe(6 + 1)
  })

  it('a FIN that has arrived beyond a hole, reported with its number', () => {
    const x = sender()
    write(x, 5 * MSS)
    x.m.t.close(x.c)
    x.m.poll()
    x.log()
    expect(x.octets(1, [1 + MSS, 2 + 5 * MSS])).toBe('R0')
    x.m.run(900)
    expect(x.log()).toBe('')
    x.octets(2 + 5 * MSS)
    expect(x.c.state).toBe(7)
  })

  it('4 SACK-16 (4) what Nagle keeps back is no new data: the end of what is in flight goes out', () => {
    const x = sender()
    write(x, 10 * MSS + 500)
    expect(x.log()).toBe(Array(10).fill('N').join(' '))
    const seen = [x.ack(3), x.ack(3, [4, 5]), x.ack(3, [4, 6]), x.ack(3, [4, 7]), x.ack(3, [4, 9])]
    expect(seen.join('')).toBe('R3')
    expect(x.ack(9)).toBe('R9')
  })

  it('4 SACK-16 (4) what was sent since has an answer on its way, that more will follow: its end does not go out again', () => {
    for (const more of [0, 500]) {
      const x = sender()
      write(x, 10 * MSS)
      x.log()
      for (const range of [
        [4, 5],
        [4, 6],
        [4, 7],
      ] as const)
        x.ack(3, range)
      write(x, MSS + more)
      const seen = [x.log(), x.ack(3, [4, 9])].join(' ').trim()
      expect(seen).toBe('N')
      expect(x.ack(9)).toBe(more ? '' : 'R10')
    }
  })

  it('4 SACK-15 (3) nor is what does not fit the window: a hole that is not lost yet goes out', () => {
    const x = flying(20, { wnd: 20 * MSS + 500 })
    const k = x.first
    expect(x.ack(k, [k + 16, k + 17], [k + 1, k + 15])).toBe(`R${k} R${k + 15}`)
  })

  it('a window that is full: holes only', () => {
    const x = flying(20, { wnd: 20000 })
    const k = x.first
    let seen = ''
    for (let i = 2; i <= 20; i++) seen += x.ack(k, [k + 1, k + i])
    expect(seen).toBe(`R${k}`)
  })
})

describe('RFC 6937 3.1', () => {
  /** What each ACK of the segments in `arrived` lets go out, segments k + ... being lost. */
  function answers(lost: number): string[] {
    const x = flying(20)
    const k = x.first
    return Array.from({ length: 20 - lost }, (_, i) => x.ack(k, [k + lost, k + lost + 1 + i]).replace(/R\d+/g, 'R'))
  }

  it('3.1 SACK-23 SACK-17 one loss: after the retransmission about every other ACK lets a segment out, and ssthresh is in flight at the end', () => {
    const all = answers(1)
    expect(all.slice(0, 11)).toEqual(['N', 'N', 'R', '', 'N', '', 'N', '', 'N', '', 'N'])
    expect(all.slice(11).every(x => x === '' || x === 'N')).toBe(true)
    // 20 were in flight, and two; 19 have arrived; with that which was sent again there are 10 now.
    expect(20 + 2 + all.slice(2).filter(Boolean).length - 1 - 19).toBe(10)
  })

  it('3.1 SACK-23 SACK-17 fifteen losses: slow start from two segments an ACK, and no burst', () => {
    expect(answers(15)).toEqual(['N', 'N', 'R R', 'R R', 'R R'])
  })

  it('at the end the window is what the reduction aimed at', () => {
    const x = flying(20)
    const k = x.first
    for (let i = 2; i <= 20; i++) x.ack(k, [k + 1, k + i])
    x.ack(k + 22)
    expect(of(x).cwnd).toBeLessThanOrEqual(10 * MSS)
    expect(of(x).ssthresh).toBe(10 * MSS)
  })
})

describe('5.1 timeouts', () => {
  it('5.1 SACK-8 SACK-9 SACK-11 what was reported is forgotten: the left edge is sent, then all that is not reported anew', () => {
    const x = last(8)
    x.ack(0, [1, 3])
    x.m.run(1000)
    expect(x.log()).toBe('R0')
    // It has arrived; segments 1 and 2 were discarded meanwhile.
    let seen = ''
    for (let una = 1; una < 8; una++) seen += ` ${x.ack(una)}`
    expect(seen.match(/R\d/g)?.join('')).toBe('R1R2R3R4R5R6R7')
  })

  it('5.1 SACK-22 reports that come after it count: holes are filled, and no recovery begins', () => {
    const x = last(8)
    x.m.run(1000)
    expect(x.log()).toBe('R0')
    const { ssthresh } = of(x)
    const seen = [x.ack(1, [2, 4], [6, 8]), x.ack(4, [6, 8]), x.ack(5, [6, 8])].join(' ')
    expect(seen.trim()).toBe('R1 R4 R5')
    expect(of(x).ssthresh).toBe(ssthresh)
    x.ack(8)
    expect(of(x).unsent).toBe(0)
  })

  it('5.1 SACK-21 one in the middle of a recovery ends it', () => {
    const x = flying(20)
    const k = x.first
    x.ack(k, [k + 1, k + 5])
    x.m.run(1000)
    expect(x.log()).toBe(`R${k}`)
    expect(of(x).cwnd).toBe(MSS)
    // 5.1: none begins until all that was in flight has been acknowledged.
    const { ssthresh } = of(x)
    x.ack(k, [k + 1, k + 9])
    expect(of(x)).toMatchObject({ ssthresh })
  })

  it('reneging: the left edge moves into what was reported, and no further; the stream goes on', () => {
    const x = last(8)
    x.ack(0, [1, 5])
    expect(x.ack(1, [2, 5])).not.toContain('R1')
    x.m.run(1000)
    expect(x.log()).toBe('R1')
    for (let una = 2; una <= 8; una++) x.ack(una)
    expect(of(x).unsent).toBe(0)
  })

  it('a peer that reports all and acknowledges nothing is given up in the end', () => {
    const x = last(4)
    x.m.run(1000)
    for (let i = 0; i < 400 && x.c.state === ESTABLISHED; i++) {
      x.ack(0, [1, 4])
      x.m.run(1000)
    }
    expect(x.c.state).toBe(CLOSED)
  })
})

describe('blocks that cannot be', () => {
  it('whose ends are further apart than half of all numbers are: nothing begins, and nothing is sent without end', () => {
    const x = sender()
    const { link } = x.m
    const send = link.send
    let calls = 0
    link.send = (b, o, n, hop) => {
      if (++calls > 100) throw new Error('without end')
      return send(b, o, n, hop)
    }
    write(x, 10)
    expect(x.log()).toBe('N')
    for (let una = 1; una < 4; una++) expect(x.octets(una, [una, una], [una + 0x7fffffff, una - 2])).toBe('')
    expect(x.octets(11)).toBe('')
  })
})

describe('undo', () => {
  it('RFC 3708 when all that was sent again had arrived before, the window is what it was', () => {
    const x = flying(20)
    const k = x.first
    const before = of(x)
    expect(x.ack(k, [k + 1, k + 4])).toContain(`R${k}`)
    expect(of(x).ssthresh).toBe(9 * MSS + (of(x).ssthresh - 9 * MSS))
    expect(of(x).ssthresh).toBeLessThan(20 * MSS)
    // The segment was late only.
    x.ack(k + 4)
    x.ack(k + 4, [k, k + 1])
    expect(of(x).ssthresh).toBe(before.ssthresh)
    expect(of(x).cwnd).toBeGreaterThanOrEqual(before.cwnd)
    // And the next loss is found as before.
    const una = k + 4
    expect(x.ack(una, [una + 1, una + 5])).toContain(`R${una}`)
  })

  it('not for a part of it, nor for what was not sent again, nor twice', () => {
    const x = flying(20)
    const k = x.first
    x.ack(k, [k + 2, k + 7])
    x.ack(k, [k + 2, k + 9])
    const { ssthresh } = of(x)
    // Two were sent again.
    x.ack(k + 9)
    // A block about more than a segment: nobody has sent that at once.
    x.ack(k + 9, [k, k + 9])
    expect(of(x).ssthresh).toBe(ssthresh)
    x.ack(k + 9, [k, k + 1])
    expect(of(x).ssthresh).toBe(ssthresh)
    // A segment from before the recovery, which the network has doubled.
    x.ack(k + 9, [k - 2, k - 1])
    x.ack(k + 9, [k - 1, k])
    expect(of(x).ssthresh).toBe(ssthresh)
    x.ack(k + 9, [k + 1, k + 2])
    expect(of(x).ssthresh).toBeGreaterThan(ssthresh)
  })

  it('RFC 2883 5 SACK-12 the block is compared with the acknowledgment beside it, and with the second block', () => {
    const x = flying(20)
    const k = x.first
    x.ack(k, [k + 1, k + 4])
    const { ssthresh } = of(x)
    x.ack(k + 5)
    // An older ACK, late: its block was new then, and is no duplicate.
    x.ack(k, [k + 1, k + 2])
    expect(of(x).ssthresh).toBe(ssthresh)
    const y = flying(20)
    const j = y.first
    y.ack(j, [j + 1, j + 4])
    // Within the second block: a duplicate above the acknowledgment. It was not sent again.
    y.ack(j, [j + 2, j + 3], [j + 1, j + 4])
    expect(of(y).ssthresh).toBeLessThan(20 * MSS)
  })

  it('after a timeout nothing is undone', () => {
    const x = last(8)
    expect(x.ack(0, [1, 4])).toBe('R0')
    x.m.run(1000)
    x.log()
    const { ssthresh } = of(x)
    x.ack(8, [0, 1])
    expect(of(x).ssthresh).toBe(ssthresh)
  })
})

it('numbers wrap within a recovery', () => {
  const x = flying(20, { setup: { start: startFor((() => connect({ setup: { start: 0 } })) as never, 25000) } })
  const k = x.first
  let seen = ''
  for (let i = 2; i <= 20; i++) seen += x.ack(k, [k + 1, k + i])
  expect(seen.match(/R\d+/g)).toEqual([`R${k}`])
  x.ack(k + 20)
  x.fill()
  expect(of(x).sndUna).not.toBe(0)
  expect(octets(1)).toHaveLength(1)
})

it('RFC 1191 a path that becomes narrower within a recovery: with nothing in flight any more, something goes out', () => {
  const x = sender()
  x.fill()
  x.log()
  expect(x.ack(0, [1, 5])).toBe('R0')
  x.m.mtu = 540
  move(x.m, `${OWN}/24`)
  x.m.poll()
  expect(x.log()).toBe('R0 R0.5')
  x.m.run(3000)
  expect(x.log()).toBe('R0 R0')
})

it('RFC 6937 a path that becomes narrower within a recovery: no more goes out than SSTHRESH at once, then what has arrived', () => {
  const x = flying(20)
  const k = x.first
  x.ack(k, [k + 1, k + 7])
  x.m.mtu = 540
  move(x.m, `${OWN}/24`)
  x.m.poll()
  expect(x.log().split(' ').length * 500).toBeLessThanOrEqual(of(x).ssthresh)
  // Each ACK tells of 1,000 octets: two of the smaller segments, at most.
  for (let n = 8; n < 20; n++) expect(x.ack(k, [k + 1, k + n]).split(' ').length).toBeLessThanOrEqual(2)
})

it('RFC 3708 what a narrower path sends again, and had arrived, does not undo a recovery', () => {
  const x = flying(20)
  const k = x.first
  x.ack(k, [k + 1, k + 4])
  const { ssthresh } = of(x)
  x.m.mtu = 540
  move(x.m, `${OWN}/24`)
  x.m.poll()
  x.log()
  // The hole was one; what lay behind had arrived all the same.
  for (let n = 4; n < 7; n += 0.5) x.ack(k + 7, [k + n, k + n + 0.5])
  expect(of(x).ssthresh).toBe(ssthresh)
})
