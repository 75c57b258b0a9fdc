// Against the kernel over a TAP interface: its raw sockets, its IGMP, its ICMP, and tcpdump as the witness of what is sent.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { type Dev, EPROTONOSUPPORT, get16, type Host, host, sum } from '@tiny/core'
import { address, mac, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { type Ipv4, ipv4, join } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { sendWhole } from '@tiny/ipv4/header'
import { raw, type Socket, type WholeRaw } from '@tiny/raw'
import { type Packet, packet } from '@tiny/raw/packet'
import { env, run, type Tap, tap } from '@tiny/tun'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, exec, lacking, must, sh } from '../../../tools/netns/index.ts'
import { until } from '../../tun/test/machine.ts'

const missing = lacking('python3', 'tcpdump', 'ping', 'arping')

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')
const KERNEL = address('10.0.0.1')
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** An ICMP or IGMP message with its checksum. */
function message(...octets: number[]): Uint8Array {
  const b = Uint8Array.from(octets)
  const s = ~sum(b, 0, b.length, 0)
  b[2] = s >> 8
  b[3] = s
  return b
}

describe.skipIf(missing !== '')(`the kernel on the link${missing && ` (there is no ${missing})`}`, () => {
  let h: Host
  let dev: Tap
  let ip: Ipv4
  let r: WholeRaw
  let p: Packet<Dev>
  let stop: () => void

  beforeAll(async () => {
    await enter()
    h = host(env(), { room: 8000, pool: 1 << 20 })
    dev = tap({ name: 'tap0' })
    p = packet<Dev>(h, dev)
    ip = ipv4(h, ethernet(h, p.device), { address: prefix('10.0.0.2/24'), fragment: fragment(), maxDatagram: 8000 })
    r = raw(ip, { whole: sendWhole })
    stop = run(h, dev)
    await must(sh('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up'))
  })
  afterAll(() => {
    stop?.()
    dev?.close()
  })

  function open(
    proto: number,
    onDatagram: (b: Uint8Array, s: Socket) => void,
    onError?: (code: number) => void,
  ): Socket {
    const s = r.open(
      proto,
      {
        onDatagram: (x, b, o, n) => onDatagram(b.slice(o, o + n), x),
        onError: (_s, code) => onError?.(code),
      },
      { queue: 1 << 16 },
    )
    if (typeof s === 'number') throw new Error(`open: ${s}`)
    return s
  }

  it.each([0, 1, 20, 1480, 1481, 5000])(
    'protocol 89: %i octets from a raw socket of the kernel, and back to it',
    async size => {
      const got: Uint8Array[] = []
      const s = open(89, (b, x) => {
        got.push(b)
        const answer = b.slice((b[0]! & 15) * 4)
        for (let i = 0; i < answer.length; i++) answer[i] ^= 0xff
        expect(r.send(x, answer, 0, answer.length, KERNEL, 0, { ttl: 1, tos: 0xc0 })).toBe(answer.length)
      })
      const code = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 89)
s.settimeout(5)
data = bytes((i * 7 + (i >> 8)) & 255 for i in range(${size}))
s.sendto(data, ("10.0.0.2", 0))
b, peer = s.recvfrom(9000)
print(peer[0], b[0], b[1], b[8], b[9], len(b), bytes(x ^ 255 for x in b[20:]) == data)`
      expect((await must(exec('python3', '-c', code))).trim()).toBe(`10.0.0.2 69 192 1 89 ${20 + size} True`)
      r.close(s)
      expect(got.length).toBe(1)
      const b = got[0]!
      expect([get16(b, 2), b.length, hex(b.subarray(12, 20))]).toEqual([20 + size, 20 + size, '0a0000010a000002'])
      expect(sum(b, 0, 20, 0)).toBe(0xffff)
      for (let i = 0; i < size; i++) if (b[20 + i] !== ((i * 7 + (i >> 8)) & 255)) throw new Error(`octet ${i}`)
    },
  )

  it('1112 IGMP queries to the kernel, of version 3 and of version 2, and its reports back', async () => {
    const member = createSocket({ type: 'udp4', reuseAddr: true }).bind(5355)
    await once(member, 'listening')
    member.addMembership('239.1.2.3', '10.0.0.1')
    const reports: string[] = []
    const s = open(2, b => {
      const o = (b[0]! & 15) * 4
      const where = hex(b.subarray(o)).indexOf('ef010203') / 2
      if (where < 0) return
      // In version 3, what kind of record that of our group is: 2 answers a query, others tell of changes.
      const kind = b[o] === 0x22 ? ` record ${b[o + where - 4]}` : ''
      reports.push(
        `${b[o]!.toString(16)}${kind} to ${b.slice(16, 20).join('.')}, TTL ${b[8]}, ${sum(b, o, b.length - o, 0)}`,
      )
    })
    for (const group of ['224.0.0.22', '239.1.2.3']) expect(join(ip, address(group))).toBe(0)
    const to = address('224.0.0.1')
    const options = { ttl: 1, tos: 0xc0, options: Uint8Array.of(148, 4, 0, 0) }
    // The kernel repeats what it said by itself when the group was joined: not every report is an answer.
    const ask = async (q: Uint8Array, answer: string): Promise<void> => {
      reports.length = 0
      expect(r.send(s, q, 0, q.length, to, 0, options)).toBe(q.length)
      expect(await until(() => reports.includes(answer)), `${reports}`).toBe(true)
    }
    // 0.1 seconds to answer in.
    await ask(message(0x11, 1, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0), '22 record 2 to 224.0.0.22, TTL 1, 65535')
    await ask(message(0x11, 1, 0, 0, 0, 0, 0, 0), '16 to 239.1.2.3, TTL 1, 65535')
    r.close(s)
    member.close()
  })

  it('792 ICMP both ways: our echo is answered, the kernel s is answered and seen', async () => {
    const got: Uint8Array[] = []
    const s = open(1, b => void got.push(b))
    const echo = message(8, 0, 0, 0, 0xbe, 0xef, 0, 1, 1, 2, 3, 4, 5)
    expect(r.send(s, echo, 0, 13, KERNEL, 0)).toBe(13)
    await until(() => got.length > 0)
    expect(got.map(b => hex(b.subarray(20)))).toEqual([hex(message(0, 0, 0, 0, 0xbe, 0xef, 0, 1, 1, 2, 3, 4, 5))])
    got.length = 0
    expect(await must(sh('ping -n -c 3 -i 0.05 -W 2 -s 20 10.0.0.2'))).toContain('3 received, 0% packet loss')
    expect(got.map(b => [b.length, b[20]])).toEqual([
      [48, 8],
      [48, 8],
      [48, 8],
    ])
    r.close(s)
  })

  it('1122 3.2.2.1 an ICMP error of the kernel about what we sent; and none of ours about what a socket takes', async () => {
    const errors: number[] = []
    const s = open(
      253,
      () => {},
      code => void errors.push(code),
    )
    r.send(s, new Uint8Array(8), 0, 8, KERNEL, 0)
    await until(() => errors.length > 0)
    expect(errors).toEqual([-EPROTONOSUPPORT])
    const code = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 253)
s.settimeout(0.5); s.connect(("10.0.0.2", 0)); s.send(b"8 octets")
try: s.recv(10)
except TimeoutError: print("silence")
except OSError as e: print(e.errno)`
    expect((await must(exec('python3', '-c', code))).trim()).toBe('silence')
    r.close(s)
    expect((await must(exec('python3', '-c', code))).trim()).toBe('92')
  })

  it('791 3.1 IP_HDRINCL: tcpdump sees the datagrams as they were sent', async () => {
    const folder = mkdtempSync(path(tmpdir(), 'tiny-raw-'))
    const file = path(folder, 'pcap')
    const watching = exec('tcpdump', '-i', 'tap0', '-U', '-Z', 'root', '-c', '5', '-w', file, 'ip proto 254')
    await until(() => existsSync(file))
    await pause(200)
    const s = open(0, () => {})
    const given = (over: { [at: number]: number }, n = 36): Uint8Array => {
      const b = new Uint8Array(n)
      b.set([0x45, 0, 0, n, 0x12, 0x34, 0, 0, 64, 254, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1])
      for (let i = 20; i < n; i++) b[i] = i * 5
      for (const at of Object.keys(over)) b[+at] = over[+at]!
      return b
    }
    const list = [
      given({}),
      // TOS, DF, TTL, another source, options.
      given({ 1: 0xb9, 6: 0x40, 8: 1, 12: 192, 13: 0, 14: 2, 15: 9 }),
      given({ 0: 0x46, 20: 148, 21: 4, 22: 0, 23: 0 }),
      // A fragment; lengths and sums that are wrong.
      given({ 6: 0x20, 7: 5, 2: 0xff, 3: 0xff, 10: 1, 11: 2 }),
      // Nothing to fill in but identification and source.
      given({ 4: 0, 5: 0, 12: 0, 13: 0, 14: 0, 15: 0 }),
    ]
    for (const b of list) expect(r.sendWhole(s, b, 0, b.length)).toBe(b.length)
    r.close(s)
    await must(watching)
    const said = await must(exec('tcpdump', '-n', '-x', '-r', file))
    rmSync(folder, { recursive: true })
    const seen = said
      .split(/^\d\d:/m)
      .slice(1)
      .map(text =>
        [...text.matchAll(/^\s+0x[0-9a-f]+: {2}(.*)$/gm)]
          .map(m => m[1]!.replace(/ /g, ''))
          .join('')
          .slice(0, 72),
      )
    const expected = list.map((b, i) => {
      const x = b.slice()
      if (i === 4) {
        x.set([10, 0, 0, 2], 12)
        x.set(Buffer.from(seen[4]!.slice(8, 12), 'hex'), 4)
        expect(get16(x, 4)).not.toBe(0)
      }
      x.set([0, 36], 2)
      x.set([0, 0], 10)
      const c = ~sum(x, 0, (x[0]! & 15) * 4, 0)
      x.set([(c >> 8) & 255, c & 255], 10)
      return hex(x)
    })
    expect(seen).toEqual(expected)
  })

  it('826 packet sockets: the ARP of the kernel is seen both ways, and our own request is answered', async () => {
    const seen: string[] = []
    const s = p.open(0x806, {
      onFrame: (_s, b, o, n, length, kind) => void seen.push(`${n} ${length} ${kind} ${b[o + 21]}`),
    })
    if (typeof s === 'number') throw new Error(`${s}`)
    expect(await must(sh('arping -c 1 -I tap0 10.0.0.2'))).toContain('Received 1 response')
    expect(seen).toEqual([expect.stringMatching(/^\d+ \d+ 1 1$/), '42 42 4 2'])
    seen.length = 0
    const f = new Uint8Array(42)
    f.set(mac('ff:ff:ff:ff:ff:ff'))
    f.set(dev.mac, 6)
    f.set([8, 6, 0, 1, 8, 0, 6, 4, 0, 1, ...dev.mac, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1], 12)
    expect(p.send(s, f, 0, 42)).toBe(42)
    await until(() => seen.length > 0)
    expect(seen).toEqual(['42 42 0 2'])
    p.close(s)
  })
})

// Each in a network of its own, as its `npm run tap` has it, on the sources of this checkout.
describe.skipIf(missing !== '')('the examples, against the kernel', () => {
  const example = (name: string): Promise<string> =>
    must(exec('unshare', '-rn', process.execPath, 'tools/run.mjs', `examples/${name}/index.js`, '--tap'))

  it('traceroute finds the router and the machine behind it', { timeout: 30000 }, async () => {
    expect(await example('traceroute')).toMatch(/^1 {2}10\.0\.0\.1 {2}[\d.]+ ms\n2 {2}10\.2\.0\.2 {2}[\d.]+ ms\n$/)
  })

  it('arping has three answers', { timeout: 30000 }, async () => {
    expect(await example('arping')).toMatch(
      /^who has 10\.0\.0\.1\?\n( {2}(..:){5}.. answers after [\d.]+ ms\n){3}3 of 3 answered\n$/,
    )
  })
})
