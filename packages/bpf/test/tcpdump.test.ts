import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { assemble, disassemble, parse, printC, printNumbers } from '../src/asm.ts'
import { filter } from '../src/filter.ts'
import { bpf } from '../src/index.ts'
import { linux } from '../src/linux.ts'
import { services } from '../src/names.ts'
import { EXPRESSIONS } from './expressions.ts'
import { frame } from './frames.ts'
import { hasPcap, pcap } from './pcap.ts'
import { CODES, random } from './random.ts'
import { garbled, sentence } from './sentences.ts'
import { judge } from './verdicts.ts'
import { REFUSED, WRONG } from './wrong.ts'

const SEED = 20142
const SENTENCES = 6000
const TYPES = [1, 101, 113, 0]
const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0

/** Hold for every packet, or for none. */
const ONE_SIDED = [
  'ether proto 1500',
  'vlan and icmp6 and ip6[40] = 128',
  'ip[8] % 3 % 2 > ip[1]',
  'ip[8] % 3 ^ 2 > ip[1]',
  'ip[8] << 3 & 2 > ip[1]',
  '-1 = 0xffffffff',
  '(5)  = 5',
  '1 = 1',
  'ip[1000] = 0',
  'ip[0x7fffffff] = 0',
  'tcp[1000] = 0',
  'len - len = 0',
  '4294967295 = 0xffffffff',
  '',
  'ip and not ip',
  'tcp src port 443 and dst 10.0.0.1',
]

describe.skipIf(!hasPcap)('against libpcap, which tcpdump compiles with', () => {
  const lib = hasPcap ? pcap() : null
  afterAll(() => lib?.end())

  it(`${EXPRESSIONS.length} expressions: the same verdicts, and no longer`, { timeout: 120000 }, async () => {
    expect(EXPRESSIONS.length).toBeGreaterThanOrEqual(500)
    const r = random(SEED)
    const frames = TYPES.map(type => Array.from({ length: 3000 }, () => frame(r, type)))
    const oneSided: string[] = []
    let torn = 0
    let runs = 0
    for (const expression of EXPRESSIONS) {
      let hits = 0
      let misses = 0
      let isFar = false
      for (const [i, type] of TYPES.entries()) {
        const o = await judge(lib!, expression, type, frames[i] ?? [])
        expect(o.fault).toBe('')
        hits += o.hits
        misses += o.misses
        torn += o.torn
        if (o.isTaken && o.hits + o.misses === 0) isFar = true
      }
      runs += hits + misses
      if ((hits === 0 || misses === 0) && !isFar) oneSided.push(expression)
    }
    // Every expression has packets that it hits and packets that it misses.
    expect(oneSided.filter(e => !ONE_SIDED.includes(e))).toEqual([])
    expect(torn).toBeLessThan(runs / 1000)
  })

  it(`${WRONG.length} wrong expressions are refused by both, with a position`, async () => {
    expect(new Set(WRONG).size).toBeGreaterThanOrEqual(100)
    for (const expression of WRONG) {
      expect([expression, typeof (await lib!.compile(expression, 1, true))]).toEqual([expression, 'string'])
      expect(() => filter(expression, { names: services }), expression).toThrow(/^filter: position \d+: .+, found '?.+/)
    }
  })

  it('what is left out is refused by name, though libpcap has it', async () => {
    for (const expression of REFUSED) {
      expect([expression, typeof (await lib!.compile(expression, 1, false))]).toEqual([expression, 'object'])
      expect(() => filter(expression), expression).toThrow(/this compiler has no/)
    }
  })

  it('ip broadcast wants the mask', async () => {
    expect(() => filter('ip broadcast')).toThrow(/netmask/)
    const r = random(SEED)
    const theirs = bpf((await lib!.compile('ip broadcast', 1, false, 0x0000ffff)) as number[])
    const ours = bpf(filter('ip broadcast', { netmask: -65536 }))
    const same = bpf((await lib!.compile('ip broadcast', 1, false, 0xffff0000)) as number[])
    let hits = 0
    let others = 0
    for (let i = 0; i < 2000; i++) {
      const b = frame(r, 1)
      expect(ours.run(b, 0, b.length)).toBe(same.run(b, 0, b.length))
      if (ours.run(b, 0, b.length)) hits++
      if (ours.run(b, 0, b.length) !== theirs.run(b, 0, b.length)) others++
    }
    expect(hits).toBeGreaterThan(20)
    expect(others).toBeGreaterThan(0)
  })

  it('inbound and outbound, by the packet where the header does not say it', async () => {
    for (const expression of ['inbound', 'outbound', 'tcp and not inbound']) {
      const theirs = linux((await lib!.compile(expression, 1, false)) as number[])
      const ours = linux(filter(expression))
      expect(() => bpf(filter(expression))).toThrow(/@tiny\/bpf\/linux/)
      const r = random(SEED)
      for (let i = 0; i < 500; i++) {
        const b = frame(r, 1)
        const info = { network: 14, link: 0, protocol: 0x800, kind: r(5), ifindex: 1, vlan: undefined }
        expect(ours.run(b, 0, b.length, info)).toBe(theirs.run(b, 0, b.length, info))
      }
    }
  })

  it(`${SENTENCES} random expressions, right and wrong, seed ${SEED}`, { timeout: 120000 }, async () => {
    const r = random(SEED)
    const frames = TYPES.map(type => Array.from({ length: 100 }, () => frame(r, type)))
    let taken = 0
    for (let i = 0; i < SENTENCES; i++) {
      const one = random(SEED + i)
      const expression = i % 3 === 2 ? garbled(one) : sentence(one, 3)
      const k = i % 2 ? i % 4 : 0
      const o = await judge(lib!, expression, TYPES[k] ?? 1, frames[k] ?? [])
      expect(o.fault, `sentence ${i}`).toBe('')
      if (o.isTaken) taken++
    }
    expect(taken).toBeGreaterThan(SENTENCES / 5)
    expect(taken).toBeLessThan((SENTENCES * 4) / 5)
  })

  it('prints every instruction as libpcap does', async () => {
    for (const code of CODES) {
      // Which libpcap does not know.
      if (code === 0x81) continue
      for (const k of [0, 5, 0x7fffffff, -16, -4096, -4048]) {
        const isBare =
          /^(7|16|84|87|80)$/.test(code.toString(16)) || (code & 7) === 4 || (code & 7) === 5
            ? (code & 8) !== 0 || ![4, 5].includes(code & 7) || code === 0x84
            : false
        const value = isBare ? 0 : k
        const isJump = (code & 7) === 5 && code !== 5
        const row = [code, isJump ? 1 : 0, isJump ? 2 : 0, value >>> 0]
        const image = await lib!.image(row, 0)
        expect(disassemble(row)).toBe(`${image}\n`)
      }
    }
  })
})

describe.skipIf(!hasTcpdump)('against tcpdump', () => {
  const dump = (...words: string[]): string =>
    spawnSync('tcpdump', ['-y', 'EN10MB', ...words], { encoding: 'utf8' }).stdout
  const some = EXPRESSIONS.filter((_, i) => i % 23 === 0)

  // The optimiser leaves numbers in fields that an instruction does not have; we print those so that they can be read back.
  const cleaned = (p: Int32Array): Int32Array =>
    p.map((v, i) => {
      const code = p[i - (i % 4)] ?? 0
      const isBare =
        code === 0x07 || code === 0x87 || code === 0x16 || code === 0x84 || ((code & 7) > 3 && (code & 15) > 11)
      return i % 4 === 3 && isBare ? 0 : v
    })

  it(`-d, -dd and -ddd of ${some.length} expressions: the same texts, and back`, () => {
    let count = 0
    for (const expression of some) {
      const numbers = dump('-ddd', expression)
      if (numbers === '') continue
      count++
      const p = parse(numbers)
      const text = dump('-d', expression)
      const c = dump('-dd', expression)
      expect(printNumbers(p)).toBe(numbers)
      expect(disassemble(cleaned(p))).toBe(text)
      expect([...assemble(disassemble(p))]).toEqual([...p])
      expect(printC(p)).toBe(c)
      expect([...assemble(text)]).toEqual([...cleaned(p)])
      expect([...parse(c)]).toEqual([...p])
    }
    expect(count).toBeGreaterThan(some.length / 2)
  })
})
