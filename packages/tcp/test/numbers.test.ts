// What is compared with a number of long ago: half of all numbers lie between in two gigabytes.
import { status } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { wscale } from '@tiny/tcp/wscale'
import { expect, it } from 'vitest'
import { connect, write } from './machine.ts'
import { blocks, padded, permitted, scale } from './options.ts'

const MSS = 65495

it.each([
  ['RFC 6582 3.2 the base', false],
  ['RFC 6675 5 /sack', true],
])('%s: the first loss in more than two gigabytes is sent again by the third duplicate', (_name, isSack) => {
  const pair = connect({
    wnd: 65535,
    mss: MSS,
    options: padded(scale(5), isSack ? permitted : []),
    setup: {
      mtu: 65535,
      room: 65535,
      pool: 1 << 22,
      sendBuffer: 1 << 20,
      windowScale: wscale(),
      ...(isSack ? { sack: sack() } : {}),
    },
  })
  const { m, p, c } = pair
  const { send } = m.link
  const data = new Uint8Array(1 << 20)
  let una = 1
  let most = 1
  /** Of so much only the numbers are looked at. */
  const stream = (n: number): void => {
    m.link.send = (b, o, k) => {
      most = (((b[o + 24] << 24) | (b[o + 25] << 16) | (b[o + 26] << 8) | b[o + 27]) + k - 40 - p.own) | 0
      return 0
    }
    for (let all = 0; all < n; ) {
      all += m.t.write(c, data)
      m.poll()
      while (una !== most) {
        una = most
        p.send('A', { ack: una })
      }
    }
    m.link.send = send
  }
  const report = (from: number, to: number): void =>
    p.send('A', { ack: una, options: isSack ? padded(blocks(p.own, [from, to])) : [] })
  /** What the third duplicate lets go out. */
  const lose = (): number[] => {
    write(pair, 8 * MSS)
    expect(m.take().length).toBe(8)
    for (let k = 1; k < 4; k++) {
      expect(m.sent).toEqual([])
      report(una + k * MSS, una + (k + 1) * MSS)
    }
    return m.take().map(s => (s.seq - p.own - una) | 0)
  }
  stream(2 ** 24)
  expect(lose()).toEqual([0])
  una += 8 * MSS
  p.send('A', { ack: una })
  stream(2 ** 31)
  // A duplicate of a later segment does not tell that the recovery of then was for nothing (RFC 3708).
  const { ssthresh } = status(m.t, c)
  report(una - MSS, una)
  expect(status(m.t, c).ssthresh).toBe(ssthresh)
  expect(lose()).toEqual([0])
})
