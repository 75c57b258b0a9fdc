// The kernel of this machine, and our stack: the same frames, the same answers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../../../tools/netns/index.ts'
import { parse, seen } from './frames.ts'
import { kernel } from './kernel.ts'
import { ours } from './ours.ts'
import { type Question, questions } from './replies.ts'
import type { Subject } from './subject.ts'

/** What we answer otherwise, and why. */
const DIFFERENCES: { [name: string]: string } = {
  'ICMP type 13': 'a MAY (RFC 1122 3.2.2.8): a clock is nothing that a host shows to everybody',
  'echo to us, frame to all': 'RFC 1122 3.3.6: what the link sent to all and IP did not is discarded',
  'echo to us, frame to group': 'the same',
  'echo from 10.0.0.255': 'RFC 1122 3.2.1.3: a broadcast address is no source',
  'closed from 10.0.0.255': 'the same',
  'nobody from 10.0.0.255': 'the same',
  'segment from 10.0.0.255': 'the same',
  'closed with option record route': 'RFC 1122 3.2.2: it is quoted as it came; the kernel has written into it before',
  'closed with option timestamp': 'the same',
  'closed with option timestamp, full': 'the same',
  'closed with option octets behind the end of list': 'the same',
}

const missing = lacking('python3', 'sysctl')
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/**
 * An answer in words. Not TOS, of which the kernel gives errors a precedence; nor options, which it reflects (a SHOULD that
 * RFC 7126 overtook); nor a reassembly that was given up, whose time is another.
 */
function said(b: Uint8Array): string {
  const p = parse(b.subarray(14, 14 + b[16]! * 256 + b[17]!))
  if (p.proto === 1 && p.type === 11) return ''
  const s = seen(b)
  const what = s
    ? `${s.flags} ${s.seq} ${s.ack}`
    : `${p.type}.${p.code} ${p.info} ${Buffer.from(p.data).toString('hex')}`
  return `${p.src} > ${p.dst}: ${p.proto} ${what}`
}

/** What a machine answers; the kernel within 60 ms, as many times as are waited for. */
async function answers(machine: Subject, q: Question, count: number): Promise<string[]> {
  machine.take()
  for (const frame of q.frames) await machine.inject(frame)
  if (!machine.isKernel) await machine.wait(700)
  else if (count) await machine.wait(3, count)
  else await pause(1)
  return machine.take().map(said).filter(Boolean)
}

describe.skipIf(missing !== '')(`beside the kernel${missing && ` (there is no ${missing})`}`, () => {
  let theirs: Awaited<ReturnType<typeof kernel>>
  const own = ours()
  beforeAll(async () => {
    theirs = await kernel()
  })
  afterAll(() => theirs?.close())

  it('791 792 768 each question has the same answer, or a reason', { timeout: 60000 }, async () => {
    const differ: { [name: string]: string[][] } = {}
    for (const q of questions()) {
      // A kernel that is busy answers late: what differs has another chance.
      for (let tries = 0; tries < 3; tries++) {
        const we = await answers(own, q, 0)
        const they = await answers(theirs, q, we.length)
        if (we.join() === they.join()) delete differ[q.name]
        else differ[q.name] = [they, we]
        if (!differ[q.name] || DIFFERENCES[q.name]) break
        await pause(50)
      }
    }
    const unexplained = Object.entries(differ).filter(([name]) => !DIFFERENCES[name])
    expect(unexplained).toEqual([])
    // A reason for what is the same would be none.
    expect(Object.keys(DIFFERENCES).filter(name => !differ[name])).toEqual([])
  })
})
