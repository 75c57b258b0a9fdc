import { type Dev, DLT_EN10MB, DLT_RAW, ENOBUFS, type Env, type Link } from '@tiny/core'
import { expect, it } from 'vitest'
import { capture, pcap, pcapng, RECEIVED, SENT } from './index.js'

const clock = { ms: 0, us: 0 }
const env: Env = { now: () => clock.ms | 0, micros: () => clock.us | 0, rand: () => 4 }

// A sink that copies, and overwrites what it was handed when the next block comes.
function sink() {
  const blocks: number[][] = []
  return { blocks, write: (b: Uint8Array, o: number, n: number) => void blocks.push(Array.from(b.subarray(o, o + n))) }
}

function card(): Dev & { sent: number[][]; answer: number } {
  const d: Dev & { sent: number[][]; answer: number } = {
    type: DLT_EN10MB,
    mtu: 1500,
    mac: Uint8Array.of(2, 0, 0, 0, 0, 9),
    caps: 0,
    sent: [],
    answer: 0,
    send(b, o, n) {
      if (d.answer === 0) d.sent.push(Array.from(b.subarray(o, o + n)))
      return d.answer
    },
    recv() {},
  }
  return d
}

const le32 = (...values: number[]): number[] =>
  values.flatMap(v => [v & 255, (v >> 8) & 255, (v >> 16) & 255, (v >> 24) & 255])

it('pcapng 4.1, 4.2, 4.3: the octets of a whole file', () => {
  clock.ms = clock.us = 0
  const s = sink()
  const file = pcapng(env, s.write, { start: 1_700_000_000_000.5, application: 'tiny' })
  expect(s.blocks).toEqual([
    [...le32(0x0a0d0d0a, 40, 0x1a2b3c4d, 1, -1, -1), 4, 0, 4, 0, 0x74, 0x69, 0x6e, 0x79, ...le32(0, 40)],
  ])
  const d = capture(card(), file, {
    name: 'eth0',
    comment: (_b, _o, n, direction) => (direction === SENT ? `${n}` : ''),
  })
  expect(s.blocks[1]).toEqual([
    ...le32(1, 52, 1, 0, 0x00040002),
    ...[0x65, 0x74, 0x68, 0x30],
    ...[6, 0, 6, 0, 2, 0, 0, 0, 0, 9, 0, 0],
    ...[9, 0, 1, 0, 6, 0, 0, 0],
    ...le32(0, 52),
  ])
  clock.us = 250
  expect(d.send(Uint8Array.of(0, 1, 2, 3, 4, 5), 1, 5)).toBe(0)
  const t = 1_700_000_000_000_500 + 250
  expect(s.blocks[2]).toEqual([
    ...le32(6, 60, 0, Math.floor(t / 2 ** 32), (t % 2 ** 32) | 0, 5, 5),
    ...[1, 2, 3, 4, 5, 0, 0, 0],
    ...[1, 0, 1, 0, 0x35, 0, 0, 0],
    ...[2, 0, 4, 0, 2, 0, 0, 0],
    ...le32(0, 60),
  ])
  expect([file.packets, file.octets, file.lost, file.error]).toEqual([1, 40 + 52 + 60, 0, null])
})

it('pcap: the octets of a whole file', () => {
  clock.ms = clock.us = 0
  const s = sink()
  const file = pcap(env, s.write, { start: 1_700_000_000_999, snaplen: 3 })
  expect(s.blocks).toEqual([])
  const d = capture(card(), file)
  clock.us = 2000
  d.send(Uint8Array.of(1, 2, 3, 4), 0, 4)
  capture(card(), file)
  expect(s.blocks).toEqual([le32(0xa1b2c3d4, 0x00040002, 0, 0, 3, 1), [...le32(1_700_000_001, 1000, 3, 4), 1, 2, 3]])
})

it('records what is received before the layer above sees it, with its flags, and what is sent when it was taken', () => {
  const s = sink()
  const below = card()
  const file = pcapng(env, s.write)
  const d = capture(below, file)
  const got: number[] = []
  d.recv = (b, o, n, flags) => void got.push(b[o], n, flags, file.packets)
  below.recv(Uint8Array.of(0, 7, 8), 1, 2, 5)
  expect(got).toEqual([7, 2, 5, 1])
  expect(s.blocks[2].slice(-12, -8)).toEqual(le32(RECEIVED))
  below.answer = -ENOBUFS
  expect(d.send(Uint8Array.of(1), 0, 1)).toBe(-ENOBUFS)
  expect(file.packets).toBe(1)
  expect([d.mtu, d.type, d.mac]).toEqual([1500, DLT_EN10MB, below.mac])
})

it('a Link carries IP whatever lies below, and the hop goes on', () => {
  const s = sink()
  const hops: number[] = []
  const link: Link = {
    type: DLT_EN10MB,
    mtu: 1500,
    caps: 0,
    send(b, o, _n, hop) {
      for (let i = 1; i <= 18; i++) b[o - i] = 0xee
      hops.push(hop)
      return 0
    },
    recv() {},
  }
  const file = pcapng(env, s.write)
  const l = capture(link, file)
  expect(s.blocks[1].slice(8, 10)).toEqual([DLT_RAW, 0])
  l.send(new Uint8Array(24).fill(0x45), 20, 4, -5)
  expect(hops).toEqual([-5])
  expect(s.blocks[2].slice(28, 32)).toEqual([0x45, 0x45, 0x45, 0x45])
})

it('snaplen keeps so many octets and says how many there were', () => {
  const s = sink()
  const d = capture(card(), pcapng(env, s.write), { snaplen: 5 })
  expect(s.blocks[1].slice(12, 16)).toEqual(le32(5))
  for (const n of [4, 5, 6]) d.send(new Uint8Array(n).fill(9), 0, n)
  expect(s.blocks.slice(2).map(b => b.slice(20, 28))).toEqual([le32(4, 4), le32(5, 5), le32(5, 6)])
  expect(s.blocks[4].slice(28, 36)).toEqual([9, 9, 9, 9, 9, 0, 0, 0])
})

it('time goes on across the wrap of both clocks, through pauses, and never back', () => {
  clock.ms = 0x7fffffff
  clock.us = 0x7ffffff0
  const s = sink()
  const d = capture(card(), pcapng(env, s.write, { start: 5000 }))
  const times: number[] = []
  const send = (): void => {
    d.send(Uint8Array.of(1), 0, 1)
    const b = s.blocks[s.blocks.length - 1]
    times.push(
      (b[12] + 2 ** 8 * b[13]) * 2 ** 32 + b[16] + 2 ** 8 * b[17] + 2 ** 16 * b[18] + 2 ** 24 * b[19] - 5_000_000,
    )
  }
  send()
  clock.ms += 1
  clock.us += 1000
  send()
  // An hour: microseconds have wrapped.
  clock.ms += 3_600_000
  clock.us += 3_600_000_000
  send()
  clock.us -= 10
  send()
  expect(times).toEqual([0, 1000, 3_600_001_000, 3_600_001_000])
  const coarse: Env = { now: env.now, rand: env.rand }
  const t = sink()
  clock.ms = -3
  const c = capture(card(), pcapng(coarse, t.write))
  clock.ms = 4
  c.send(Uint8Array.of(1), 0, 1)
  expect(t.blocks[2].slice(12, 20)).toEqual(le32(0, 7000))
})

it('a sink that throws is not called again, and costs the stack nothing', () => {
  let calls = 0
  const below = card()
  const file = pcapng(env, () => {
    if (++calls === 3) throw new Error('disk full')
  })
  const d = capture(below, file)
  for (let i = 0; i < 3; i++) expect(d.send(Uint8Array.of(i), 0, 1)).toBe(0)
  expect(below.sent.length).toBe(3)
  expect([calls, file.packets, file.lost]).toEqual([3, 0, 3])
  expect(file.error).toEqual(new Error('disk full'))
})

it('a comment that throws is not called again, costs the stack nothing, and is told of in the capture', () => {
  const s = sink()
  const below = card()
  let calls = 0
  const d = capture(below, pcapng(env, s.write), {
    comment: () => {
      calls++
      throw new Error('oops')
    },
  })
  const got: number[] = []
  d.recv = (_b, _o, n) => void got.push(n)
  expect(d.send(Uint8Array.of(1, 2, 3), 0, 3)).toBe(0)
  below.recv(Uint8Array.of(1, 2, 3, 4), 0, 4, 0)
  expect([below.sent.length, got, calls]).toEqual([1, [4], 1])
  const said = s.blocks.slice(2).map(b => String.fromCharCode(...b).includes('comment threw Error: oops'))
  expect(said).toEqual([true, false])
  // What has no text either.
  const odd = capture(card(), pcapng(env, s.write), {
    comment: () => {
      throw Object.create(null)
    },
  })
  expect(odd.send(Uint8Array.of(1), 0, 1)).toBe(0)
})

it('texts are UTF-8, cut at a character where an option is full', () => {
  const s = sink()
  const file = pcapng(env, s.write)
  const words = ['Gr\u00fc\u00dfe', '\u20ac', '\ud83d\ude80', 'a\ud83d', '\ude80b']
  file.add(1)
  for (const word of words) file.packet(0, Uint8Array.of(), 0, 0, 0, word)
  s.blocks.slice(2).forEach((b, i) => {
    const n = b[30] | (b[31] << 8)
    expect(Buffer.from(b.slice(32, 32 + n)).toString()).toBe(Buffer.from(words[i]).toString())
  })
  file.packet(0, Uint8Array.of(), 0, 0, 0, '\u20ac'.repeat(30000))
  const b = s.blocks[s.blocks.length - 1]
  expect(b[30] | (b[31] << 8)).toBe(65535 - (65535 % 3))
  file.packet(0, Uint8Array.of(), 0, 0, 0, `x${'\u20ac'.repeat(30000)}`)
  const c = s.blocks[s.blocks.length - 1]
  expect(c[30] | (c[31] << 8)).toBe(1 + 3 * 21844)
  expect(c.length & 3).toBe(0)
})

it('throws at misuse, at the call', () => {
  const s = sink()
  const file = pcapng(env, s.write)
  const old = pcap(env, s.write)
  const link = { type: DLT_RAW, mtu: 1500, caps: 0, send: () => 0, recv() {} } as Link
  expect(() => pcapng(env, s.write, { start: -1 })).toThrow('pcap: start -1')
  expect(() => pcapng(env, s.write, { begin: 1 } as object)).toThrow('pcapng: no option begin')
  expect(() => pcap(env, s.write, { os: 'x' } as object)).toThrow('pcap: no option os')
  expect(() => pcap(env, s.write, { snaplen: 0 })).toThrow('pcap: snaplen 0')
  expect(() => capture(card(), file, { snaplen: 1.5 })).toThrow('pcap: snaplen 1.5')
  expect(() => capture(card(), file, { label: 'x' } as object)).toThrow('capture: no option label')
  expect(() => capture(card(), old, { name: 'eth0' })).toThrow(
    'pcap: name and snaplen of an interface are for pcapng()',
  )
  expect(() => capture(card(), old, { comment: () => 'x' })).toThrow('pcap: comments are for pcapng()')
  capture(card(), old)
  expect(() => capture(link, old)).toThrow('pcap: link types 1 and 101 in one file are for pcapng()')
  expect(() => file.packet(0, new Uint8Array(4), 0, 4, 0, '')).toThrow('pcap: no interface 0')
  file.add(1)
  expect(() => file.packet(0, new Uint8Array(4), 1, 4, 0, '')).toThrow('pcap: 4 octets at 1 of 4')
  expect(() => file.add(70000)).toThrow('pcap: link type 70000')
  expect(() => file.add(1, { nmae: 'x' } as object)).toThrow('captureAdd: no option nmae')
  const b = new Uint8Array(4)
  for (const [id, n, direction, text] of [
    [0.5, 4, 0, 'pcap: no interface 0.5'],
    [0, 1.5, 0, 'pcap: 1.5 octets at 0 of 4'],
    [0, 4, 3, 'pcap: direction 3'],
    [0, 4, NaN, 'pcap: direction NaN'],
  ] as const)
    expect(() => file.packet(id, b, 0, n, direction, '')).toThrow(text)
  // A sink that cannot be called would be taken for one that fails.
  for (const make of [pcap, pcapng])
    expect(() => make(env, undefined as never)).toThrow('pcap: a sink is a function, this is undefined')
  // 32 bits of seconds.
  pcap(env, s.write, { start: 2 ** 32 * 1000 - 1 })
  expect(() => pcap(env, s.write, { start: 2 ** 32 * 1000 })).toThrow('pcap: start 4294967296000 is for pcapng()')
  expect(() => file.add(1, { mac: new Uint8Array(4) })).toThrow('pcap: mac of 4 octets')
})
