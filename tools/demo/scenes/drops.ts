import { HEAD, TCP } from '@tiny/core'
import type { Socket } from '@tiny/udp'
import { content, damage } from '../damage.ts'
import { count, fold, plural } from '../paint.ts'
import type { Scene } from '../scene.ts'
import { dropsOf, WIRE } from '../stage.ts'

const ECHO = 7
const DATAGRAMS = 80
const EVERY_MS = 10
const LARGE = 2000
const SMALL = 50
const BAD = { corrupt: 0.2, loss: 0.04, duplicate: 0.05, reorder: 0.1, late: 15 } as const
const GOOD = { ...WIRE, corrupt: 0, duplicate: 0, reorder: 0 }
// Columns in front of a reason, and of it.
const INDENT = 21
const WIDTH = 76
// An IPv6 frame: its EtherType is all that is looked at.
const IPV6 = 0x86dd

/** The wire turns bad: whatever is dropped is counted, and says why. */
export const drops: Scene = {
  name: 'drops',
  title: 'What was dropped, and why',
  about: `the wire turns bad (a bit flips in ${BAD.corrupt * 100} % of the frames, ${BAD.duplicate * 100} % come twice) while ${DATAGRAMS} datagrams go there and back`,
  play(stage, page) {
    const { left, right, net } = stage
    const { bad, dim, good, warm } = page.paint
    const before = { ...left.dev.stats, back: { ...right.dev.stats } }
    const isAnswered = new Uint8Array(DATAGRAMS)
    // Datagrams that came back other than they were sent: the checksum could not see it, or should have.
    let unseen = 0
    let missed = 0
    const reply = (s: Socket, b: Uint8Array, o: number, n: number, a: number, port: number): void =>
      void right.u.send(s, b, o, n, b, a, port)
    const echo = right.u.bind(ECHO, { onDatagram: reply }, { queue: 16384 }) as Socket
    const socket = left.u.bind(
      0,
      {
        onDatagram(_, b, o, n) {
          const { k, wrong, isUnseen } = damage(b, o, n)
          isAnswered[k] = 1
          if (isUnseen) unseen++
          else if (wrong > 0) missed++
        },
      },
      { queue: 16384 },
    ) as Socket
    for (const station of [left, right]) {
      station.drops.clear()
      station.dev.impair(BAD)
    }
    for (let k = 0; k < DATAGRAMS; k++)
      net.after(k * EVERY_MS, () => {
        const data = content(k, k % 4 === 0 ? LARGE : SMALL)
        left.u.send(socket, data, 0, data.length, right.address, 0, ECHO)
      })
    net.run(DATAGRAMS * EVERY_MS + 100)
    for (const station of [left, right]) station.dev.impair(GOOD)
    // What belongs to packages that are not here, on a wire that is good again: a segment of TCP, a frame of IPv6.
    const pair = new Uint8Array([...right.address, ...left.address])
    for (let i = 0; i < 20; i++) left.h.tx[HEAD + i] = 0
    left.ip.send(TCP, 20, pair, 0, null)
    const frame = new Uint8Array(60)
    frame.set(right.dev.mac)
    frame.set(left.dev.mac, 6)
    frame.set([IPV6 >> 8, IPV6 & 255], 12)
    left.dev.send(frame, 0, frame.length)
    // What is not whole after a minute is given up.
    net.run(61000)
    left.u.close(socket)
    right.u.close(echo)

    const rows = [...dropsOf(right), ...dropsOf(left)].sort((a, b) => b.count - a.count)
    for (const { where, id, count: k, why } of rows)
      fold(why, WIDTH).forEach((text, i) => {
        const front = i === 0 ? `${bad(count(k, 5))} ${dim(`x at ${where.padEnd(5)}  ${id}`)}` : ' '.repeat(INDENT)
        page.line(`${front}  ${text}`)
      })
    const wire = { frames: 0, lost: 0, corrupted: 0, duplicated: 0, reordered: 0 }
    for (const key of ['lost', 'corrupted', 'duplicated', 'reordered'] as const)
      wire[key] = left.dev.stats[key] - before[key] + right.dev.stats[key] - before.back[key]
    wire.frames = left.dev.stats.sent - before.sent + right.dev.stats.sent - before.back.sent
    page.line(
      `of ${plural(wire.frames, 'frame')} the wire has lost ${wire.lost}, flipped a bit in ${wire.corrupted}, doubled ${wire.duplicated}, delayed ${wire.reordered}`,
    )
    const answered = isAnswered.reduce((sum, is) => sum + is, 0)
    const verdict = unseen + missed === 0 ? good('not one wrong octet came through') : 'not all as they were sent:'
    page.line(`${answered} of ${DATAGRAMS} datagrams were answered, ${verdict}`)
    if (unseen > 0)
      page.line(
        warm(
          `${plural(unseen, 'datagram')} with two flipped bits that cancel out in the Internet checksum, which is a sum`,
        ),
      )
    if (missed > 0) page.line(bad(`${plural(missed, 'datagram')} whose checksum is wrong came through`))
    return {
      passed: missed === 0 && answered > 0 && rows.length > 0,
      sent: DATAGRAMS,
      answered,
      unseen,
      missed,
      wire,
      drops: rows,
    }
  },
}
