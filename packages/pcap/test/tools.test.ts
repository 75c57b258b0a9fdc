// The files as others read them: tshark, tcpdump, capinfos. Skipped where they are not installed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CaptureFile, capture, pcap, pcapng, type Sink } from '@tiny/pcap'
import { sim } from '@tiny/sim'
import { afterAll, describe, expect, it } from 'vitest'

const START = 1_700_000_000_000
const folder = mkdtempSync(join(tmpdir(), 'pcap-'))
afterAll(() => rmSync(folder, { recursive: true }))

const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0

function run(tool: string, ...args: string[]): string {
  const r = spawnSync(tool, args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } })
  expect([r.status, r.stderr.replace(/^(Running as user|reading from file).*\n/gm, '')]).toEqual([0, ''])
  return r.stdout
}

// A datagram of UDP over IPv4, port 1000 to 9 (discard), with good checksums or none.
function datagram(header: number, payload: number): Uint8Array {
  const n = 28 + payload
  const b = new Uint8Array(header + n)
  if (header) b.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0])
  b.set([0x45, 0, n >> 8, n, 0, 0, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2], header)
  b.set([3, 232, 0, 9, (8 + payload) >> 8, 8 + payload, 0, 0], header + 20)
  let sum = 0
  for (let i = 0; i < 20; i += 2) sum += (b[header + i] << 8) | b[header + i + 1]
  sum = (sum & 0xffff) + (sum >> 16)
  b[header + 10] = ~sum >> 8
  b[header + 11] = ~sum
  return b
}

// A wire and a line, a capture at three of their ends, 2.5 milliseconds of delay.
function write(
  name: string,
  make: (env: ReturnType<ReturnType<typeof sim>['env']>, sink: Sink) => CaptureFile,
): string {
  const s = sim({ start: 0x7fffffff })
  const isNew = name.endsWith('ng')
  const octets: number[] = []
  const file = make(s.env(), (b, o, n) => {
    for (let i = 0; i < n; i++) octets.push(b[o + i])
  })
  const ends = s.wire({ delay: 2.5 })
  const a = capture(
    ends[0],
    file,
    isNew ? { name: 'west', comment: (_b, _o, n) => `${n} octets \u2192 \ud83d\ude80` } : {},
  )
  const b = capture(ends[1], file, isNew ? { name: 'east', snaplen: 42 } : {})
  a.send(datagram(14, 30), 0, 72)
  s.run(10)
  b.send(datagram(14, 1), 0, 43)
  s.run(10)
  if (isNew) {
    const line = s.line({ delay: 1 })
    capture(line[0], file, { name: 'line' }).send(datagram(0, 5), 0, 33, 0)
    s.run(10)
  }
  expect([file.lost, file.packets]).toEqual([0, isNew ? 5 : 4])
  const path = join(folder, name)
  writeFileSync(path, Uint8Array.from(octets))
  return path
}

const writeNew = (): string =>
  write('a.pcapng', (env, sink) =>
    pcapng(env, sink, { start: START, application: '@tiny/pcap', os: 'none', hardware: 'imagined' }),
  )
const writeOld = (): string => write('a.pcap', (env, sink) => pcap(env, sink, { start: START }))

describe.skipIf(!has('tshark'))('tshark', () => {
  it('reads interfaces, times, lengths, directions and comments', () => {
    const fields = ['frame.time_epoch', 'frame.interface_name', 'frame.cap_len', 'frame.len', 'frame.encap_type']
    fields.push('frame.packet_flags_direction', 'udp.dstport', 'frame.comment', '_ws.malformed')
    const rows = run('tshark', '-r', writeNew(), '-T', 'fields', '-E', 'separator=|', ...fields.flatMap(f => ['-e', f]))
    const plain = rows
      .replace(/0x0+([12])/g, '$1')
      .trim()
      .split('\n')
    expect(plain).toEqual([
      '1700000000.000000000|west|72|72|1|2|9|72 octets \u2192 \ud83d\ude80|',
      '1700000000.002500000|east|42|72|1|1|9||',
      '1700000000.010000000|east|42|43|1|2|9||',
      '1700000000.012500000|west|60|60|1|1|9|60 octets \u2192 \ud83d\ude80|',
      '1700000000.020000000|line|33|33|7|2|9||',
    ])
  })

  it('reads the classic format', () => {
    const rows = run('tshark', '-r', writeOld(), '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len')
    expect(rows.trim().split('\n')).toEqual([
      '1700000000.000000000\t72',
      '1700000000.002500000\t72',
      '1700000000.010000000\t43',
      '1700000000.012500000\t60',
    ])
  })
})

describe.skipIf(!has('tcpdump'))('tcpdump', () => {
  it('reads both formats', () => {
    const line = 'IP 10.0.0.1.1000 > 10.0.0.2.9: UDP, length 30'
    expect(run('tcpdump', '-nttr', writeOld()).split('\n')[1]).toBe(`1700000000.002500 ${line}`)
    // libpcap wants one snaplen and one link type in a pcapng file.
    const path = write('b.pcap', (env, sink) => {
      const file = pcapng(env, sink, { start: START })
      return file
    })
    expect(run('tcpdump', '-nttr', path).split('\n')[1]).toBe(`1700000000.002500 ${line}`)
  })
})

describe.skipIf(!has('capinfos'))('capinfos', () => {
  it('finds what the file says of itself', () => {
    const text = run('capinfos', '-M', writeNew())
    for (const part of [
      /Number of packets:\s+5/,
      /Capture application:\s+@tiny\/pcap/,
      /Capture oper-sys:\s+none/,
      /Capture hardware:\s+imagined/,
      /Number of interfaces in file:\s+3/,
      /Name = west/,
      /Strict time order:\s+True/,
      /microseconds \(6\)/,
    ])
      expect(text).toMatch(part)
    expect(run('capinfos', '-M', writeOld())).toMatch(/File type:\s+(Wireshark.* - )?pcap\n/)
  })
})
