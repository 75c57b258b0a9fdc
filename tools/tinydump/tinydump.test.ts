import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  createReadStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pcapng } from '@tiny/pcap'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../run.mjs'
import { printer } from './print.ts'
import { packets } from './record.ts'
import { file, traffic } from './traffic.ts'

const folder = mkdtempSync(join(tmpdir(), 'tinydump-'))
const capture = join(folder, 'traffic.pcap')
let program = ''
beforeAll(async () => {
  program = await bundle(join(import.meta.dirname, 'index.ts'))
  writeFileSync(capture, file())
})
afterAll(() => {
  rmSync(folder, { recursive: true })
  rmSync(program, { force: true })
})

const run = (...words: string[]): { out: string; error: string; status: number | null } => {
  const r = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' })
  return { out: r.stdout, error: r.stderr, status: r.status }
}
const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0
const tcpdump = (...words: string[]): string => spawnSync('tcpdump', words, { encoding: 'utf8' }).stdout

describe.skipIf(!hasTcpdump)('tinydump prints as tcpdump does', () => {
  it.each([['-n'], ['-n', '-e'], ['-n', '-t'], ['-n', '-x', '-t'], ['-n', '-e', '-x'], ['-n', '-c', '3']])(
    '%s %s %s',
    (...words) => {
      const { out, error } = run(...words, '-r', capture)
      expect(error).toBe('')
      expect(out.split('\n')).toEqual(tcpdump(...words, '-r', capture).split('\n'))
    },
  )
  it.each([
    'tcp',
    'udp and less 50',
    'icmp[icmptype] = icmp-unreach',
    'arp or vlan',
    'tcp[tcpflags] & tcp-syn != 0',
    'not ip',
  ])('-n, %s', expression => {
    const { out } = run('-n', '-r', capture, expression)
    expect(out).toBe(tcpdump('-n', '-r', capture, expression))
    expect(out).not.toBe('')
  })
  it('-w writes a capture that tcpdump reads, the same one', () => {
    const cut = join(folder, 'cut.pcap')
    run('-r', capture, '-w', cut)
    const b = readFileSync(cut)
    expect([...b]).toEqual([...file()])
    expect(tcpdump('-n', '-r', cut)).toBe(tcpdump('-n', '-r', capture))
  })
})

describe('tinydump', () => {
  it('-w - waits for who reads slowly, also where the pipe says that it is full', async () => {
    const many = join(folder, 'many.pcap')
    const one = file()
    writeFileSync(many, Buffer.concat([one, ...Array.from({ length: 300 }, () => one.subarray(24))]))
    const fifo = join(folder, 'fifo')
    spawnSync('mkfifo', [fifo])
    const first = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
    const full = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK)
    const reader = openSync(fifo, 'r')
    const child = spawn(process.execPath, [program, '-w', '-', '-r', many], { stdio: ['ignore', full, 'pipe'] })
    // Node has made the pipe wait for its child; a socket of ours on the same pipe takes that back.
    new Socket({ fd: full, readable: false, writable: true }).destroy()
    closeSync(first)
    let error = ''
    child.stderr?.on('data', part => (error += part))
    await new Promise(resolve => setTimeout(resolve, 1000))
    const parts: Buffer[] = []
    for await (const part of createReadStream(fifo, { fd: reader })) parts.push(part)
    expect(error).toBe('')
    expect(Buffer.concat(parts).equals(readFileSync(many))).toBe(true)
  })
  it('prints the time of day also of a packet whose date is none', () => {
    const print = printer({ isNumeric: true, hasLink: false, hasOctets: false, isTimeless: false })
    const b = new Uint8Array(60)
    for (const micros of [1e20, 2 ** 127, Number.MAX_SAFE_INTEGER])
      expect(print({ type: 1, micros, b, length: 60 })).toMatch(/^\d\d:\d\d:\d\d\.\d{6} /)
  })
  it('compiles', () => {
    expect(run('-d', 'ip').out).toBe(
      '(000) ldh      [12]\n(001) jeq      #0x800           jt 2\tjf 3\n(002) ret      #262144\n(003) ret      #0\n',
    )
    expect(run('-dd', 'ip').out).toMatch(/^\{ 0x28, 0, 0, 0x0000000c \},\n/)
    expect(run('-ddd', '-y', 'RAW', 'ip').out).toMatch(/^5\n48 0 0 0\n/)
  })
  it('says what is wrong', () => {
    const table: [string[], RegExp][] = [
      [['-d', 'tcp port'], /filter: position 8: expected/],
      [['-r', join(folder, 'nosuch')], /ENOENT/],
      [['-q', '-r', capture], /no option -q/],
      [['-r'], /-r wants a value/],
      [[], /wants -r FILE or -i tapN/],
      [['-c', '0', '-r', capture], /invalid packet count 0/],
      [['-y', 'RAW', '-r', capture], /-y goes with -d/],
      [['-d', '-y', 'PPP', 'ip'], /-y is one of/],
    ]
    for (const [words, why] of table) {
      const { out, error, status } = run(...words)
      expect([out, status]).toEqual(['', 1])
      expect(error).toMatch(why)
    }
    const half = join(folder, 'half.pcap')
    writeFileSync(half, file().subarray(0, 24 + 16 + 10))
    expect(run('-r', half).error).toMatch(/truncated dump file/)
    writeFileSync(half, new Uint8Array(40))
    expect(run('-r', half).error).toMatch(/unknown file format/)
  })
  it('reads pcapng', () => {
    const blocks: number[] = []
    let now = 0
    const out = pcapng(
      { now: () => now, micros: () => now * 1000, rand: () => 4 },
      (b, o, n) => blocks.push(...b.subarray(o, o + n)),
      { start: 1_600_000_000_000 },
    )
    const id = out.add(1, { name: 'eth0' })
    for (const p of traffic.slice(0, 5)) {
      out.packet(id, p.b, 0, p.b.length, 1, 'a comment')
      now += 1000
    }
    const read = [...packets(Uint8Array.from(blocks))]
    expect(read.map(p => [...p.b])).toEqual(traffic.slice(0, 5).map(p => [...p.b]))
    expect(read.map(p => p.micros - (read[0]?.micros ?? 0))).toEqual([0, 1, 2, 3, 4].map(s => s * 1e6))
    expect(read[0]?.micros).toBe(1_600_000_000_000_000)
  })
  it('reads every kind of packet block of pcapng, the offset of its clock included, and says where a file is damaged', () => {
    const four = (v: number): number[] => [v & 255, (v >> 8) & 255, (v >> 16) & 255, v >>> 24]
    const block = (type: number, body: number[]): number[] => {
      const n = four(body.length + 12)
      return [...four(type), ...n, ...body, ...n]
    }
    const section = block(0x0a0d0d0a, [...four(0x1a2b3c4d), 1, 0, 0, 0, ...four(-1), ...four(-1)])
    const offset = [14, 0, 8, 0, ...four(1000), ...four(0), 0, 0, 0, 0]
    const card = block(1, [1, 0, 0, 0, 0, 0, 0, 0, ...offset])
    const simple = block(3, [4, 0, 0, 0, 1, 2, 3, 4])
    const old = block(2, [0, 0, 0, 0, ...four(0), ...four(7), ...four(4), ...four(9), 5, 6, 7, 8])
    const enhanced = block(6, [0, 0, 0, 0, ...four(0), ...four(8), ...four(4), ...four(9), 9, 9, 9, 9])
    const whole = Uint8Array.from([...section, ...card, ...simple, ...old, ...enhanced])
    expect([...packets(whole)].map(p => [p.micros, p.length, ...p.b])).toEqual([
      [0, 4, 1, 2, 3, 4],
      [1_000_000_007, 9, 5, 6, 7, 8],
      [1_000_000_008, 9, 9, 9, 9, 9],
    ])
    // Linux writes raw IP as 101, some BSDs as 12 or 14.
    for (const type of [12, 14, 101]) {
      const raw = Uint8Array.from([...section, ...block(1, [type, 0, 0, 0, 0, 0, 0, 0]), ...simple])
      expect([...packets(raw)].map(p => p.type)).toEqual([101])
    }
    for (let n = 24; n < whole.length; n++) {
      let why = ''
      try {
        for (const p of packets(whole.subarray(0, n))) expect(p.type).toBe(1)
      } catch (e) {
        why = (e as Error).message
      }
      expect([n, why]).toEqual([n, expect.stringMatching(/^$|^truncated dump file: pcap: octet \d+: the file ends/)])
    }
    for (let i = 8; i < whole.length; i++) {
      const b = Uint8Array.from(whole)
      b[i] = 253
      try {
        for (const p of packets(b)) expect(p.b.length).toBeLessThan(60)
      } catch (e) {
        expect((e as Error).message).toMatch(/^(truncated|damaged) dump file: pcap: octet \d+: /)
      }
    }
  })
  it('never throws on octets of any kind', () => {
    const print = printer({ isNumeric: true, hasLink: true, hasOctets: true, isTimeless: false })
    let s = 1
    const next = (): number => (s = (Math.imul(s, 1103515245) + 12345) >>> 0) >>> 16
    for (let i = 0; i < 20000; i++) {
      const p = traffic[i % traffic.length] as (typeof traffic)[0]
      const b = p.b.slice(0, next() % (p.b.length + 1))
      for (let j = 0; j < 3 && b.length > 0; j++) b[next() % b.length] = next()
      expect(print({ ...p, type: [1, 101, 113, 0][i % 4] ?? 1, b }).length).toBeGreaterThan(5)
    }
  })
})

const canTap =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-n', 'ip', 'tuntap', 'add', 'tap0', 'mode', 'tap']).status === 0

describe.skipIf(!canTap)('tinydump -i', () => {
  it('prints what the kernel sends into a TAP interface', async () => {
    const script =
      `"${process.execPath}" "${program}" -n -t -c 2 -i tap7 icmp6 or arp & sleep 1; ` +
      'ip addr add 10.9.0.1/24 dev tap7; ip link set tap7 up; ping -c 2 -W 1 10.9.0.2 > /dev/null; wait'
    const child = spawn('unshare', ['-n', 'sh', '-c', script])
    let text = ''
    child.stdout.on('data', (b: Buffer) => {
      text += b.toString()
    })
    await new Promise(resolve => child.on('close', resolve))
    expect(text).toMatch(/ARP, Request who-has 10\.9\.0\.2 tell 10\.9\.0\.1, length 28\n|^IP6 /)
    expect(text.trim().split('\n')).toHaveLength(2)
  }, 20000)
})
