// The kernel as a peer, in both roles; its own counters are the witnesses.
import type { Dev, FastOpenTcp, Host } from '@tiny/core'
import { address } from '@tiny/core/text'
import { wrap } from '@tiny/core/wrap'
import { type Connection, type Handlers, type Listener, status, unlisten } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { connect, rotate, serve, tfo } from '@tiny/tfo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, exec, lacking, must, sh } from '../../../tools/netns/index.ts'
import { type Machine, machine, until } from '../../tcp/test/kernel.ts'
import { octets } from '../../tcp/test/segment.ts'

const missing = lacking('python3')

// A server: takes n connections on a port, with a queue for Fast Open (0: none), answers each with what it was sent, in
// capitals, as soon as it is all there.
const SERVER = `import socket, sys
own, port, queue, n, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
l = socket.socket()
l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind((own, port))
if queue: l.setsockopt(socket.IPPROTO_TCP, 23, queue)
l.listen(8); l.settimeout(10)
for _ in range(n):
  s = l.accept()[0]
  s.settimeout(10)
  b = b""
  while len(b) < size: b += s.recv(65536)
  s.sendall(b[::-1])
  s.shutdown(socket.SHUT_WR)
  while s.recv(65536): pass
  s.close()
`

// A client: n connections that send octets with MSG_FASTOPEN, and read to the end.
const CLIENT = `import socket, sys
to, port, n, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
data = bytes(i & 255 for i in range(size))
for _ in range(n):
  s = socket.socket()
  k = s.sendto(data, 0x20000000, (to, port))
  s.settimeout(10)
  s.sendall(data[k:])
  b = b""
  while len(b) < size: b += s.recv(65536)
  assert b == data[::-1], b
  s.close()
print("whole")
`

describe.skipIf(missing !== '')(`the kernel as a peer${missing && ` (there is no ${missing})`}`, () => {
  const machines: (Machine & { t: FastOpenTcp })[] = []

  /** Counters of /proc/net/netstat, by name. */
  async function witness(): Promise<(name: string) => number> {
    const lines = (await must(sh('cat /proc/net/netstat'))).split('\n').map(line => line.split(' '))
    const at = lines.findIndex(([name]) => name === 'TcpExt:')
    return name => Number(lines[at + 1][lines[at].indexOf(name)])
  }

  beforeAll(async () => {
    await enter()
    await must(sh('sysctl -qw net.ipv4.tcp_fastopen=3'))
    const slots = { windowScale: wscale(), timestamps: timestamps(), sack: sack() }
    for (const [net, options] of [{}, slots].entries())
      machines.push((await machine({ net, ...options, fastOpen: tfo({ backOff: 1 }) })) as never)
  })
  afterAll(() => {
    for (const m of machines) m.close()
  })

  /** Connects with data; what came back, whether Fast Open was used, and how it ended. */
  async function ask(m: Machine & { t: FastOpenTcp }, port: number, data: number[]) {
    const b = new Uint8Array(65536)
    const got: number[] = []
    let code: number | null = null
    let isFast = false
    const handlers: Handlers = {
      onReadable(c) {
        for (let k = 0; (k = m.t.read(c, b)) > 0; ) got.push(...b.subarray(0, k))
      },
      onWritable: c => void (isFast = status(m.t, c).hasFastOpen),
      onEnd: c => void m.t.close(c),
      onClose: (_c, told) => void (code = told),
    }
    expect(typeof connect(m.t, address(m.kernel), port, handlers, Uint8Array.from(data))).toBe('object')
    await until(() => code !== null, 10)
    return { got, isFast, code }
  }

  const started = (m: Machine, port: number, queue: number, n: number, size: number) => {
    const done = exec('python3', '-c', SERVER, m.kernel, `${port}`, `${queue}`, `${n}`, `${size}`)
    return {
      done,
      ready: () => sh(`for i in $(seq 100); do ss -ltn | grep -q ${m.kernel}:${port} && exit; sleep 0.05; done`),
    }
  }

  it.each([
    [0, 100],
    [0, 5000],
    [1, 100],
    [1, 5000],
  ])('7413 4.2 machine %d asks the kernel for a cookie, then sends %d octets with the SYN', async (which, size) => {
    const m = machines[which]
    const port = 6000 + which * 10 + (size > 100 ? 1 : 0)
    const server = started(m, port, 16, 3, size)
    await server.ready()
    const before = await witness()
    const data = octets(size)
    const all = []
    for (let i = 0; i < 3; i++) all.push(await ask(m, port, data))
    await must(server.done)
    const after = await witness()
    // The cookie of the first size is that of the second.
    const isKnown = size > 100
    expect(all).toEqual([isKnown, true, true].map(isFast => ({ got: data.slice().reverse(), isFast, code: 0 })))
    expect(after('TCPFastOpenPassive') - before('TCPFastOpenPassive')).toBe(isKnown ? 3 : 2)
    expect(after('TCPFastOpenCookieReqd') - before('TCPFastOpenCookieReqd')).toBe(isKnown ? 0 : 1)
  })

  it('7413 4.1.3.1 a listener of the kernel without it: the data is taken after the handshake', async () => {
    const [m] = machines
    const server = started(m, 6100, 0, 2, 50)
    await server.ready()
    const data = octets(50)
    for (let i = 0; i < 2; i++)
      expect(await ask(m, 6100, data)).toEqual({ got: data.slice().reverse(), isFast: false, code: 0 })
    await must(server.done)
  })

  it('7413 9 the kernel understands our experimental option', async () => {
    const m = (await machine({ net: 2, fastOpen: tfo({ backOff: 1 }) })) as Machine & { t: FastOpenTcp }
    machines.push(m as never)
    const plain = started(m, 6200, 0, 1, 9)
    await plain.ready()
    // Whoever did not know the one option is asked by the other.
    expect((await ask(m, 6200, octets(9))).isFast).toBe(false)
    await must(plain.done)
    const server = started(m, 6200, 16, 2, 9)
    await server.ready()
    const before = await witness()
    expect((await ask(m, 6200, octets(9))).isFast).toBe(false)
    expect((await ask(m, 6200, octets(9))).isFast).toBe(true)
    await must(server.done)
    const after = await witness()
    expect(after('TCPFastOpenPassive') - before('TCPFastOpenPassive')).toBe(1)
  })

  it('7413 4.1.3.1 a way that swallows SYNs with text: the kernel is reached by a plain one, and the way is remembered', async () => {
    let swallowed = 0
    const between = (_h: Host, dev: Dev): Dev => {
      const out: Dev = wrap(
        dev,
        (b, o, n) => {
          const at = o + 34
          const isSyn = b[o + 23] === 6 && b[o + 12] === 8 && (b[at + 13] & 2) !== 0
          if (!isSyn || n <= 34 + (b[at + 12] >> 4) * 4) return dev.send(b, o, n)
          swallowed++
          return 0
        },
        (...frame) => out.recv(...frame),
      )
      return out
    }
    const m = (await machine({ net: 3, between, fastOpen: tfo() })) as Machine & { t: FastOpenTcp }
    machines.push(m as never)
    const server = started(m, 6300, 16, 3, 40)
    await server.ready()
    const data = octets(40)
    for (let i = 0; i < 3; i++)
      expect(await ask(m, 6300, data)).toEqual({ got: data.slice().reverse(), isFast: false, code: 0 })
    await must(server.done)
    // The second connection has tried it, the third has not.
    expect(swallowed).toBe(1)
  })

  /** Answers with what it was sent, back to front, when so many octets are there. */
  function reverse(m: Machine & { t: FastOpenTcp }, port: number, size: number) {
    const b = new Uint8Array(65536)
    const seen = { fast: 0, early: 0, codes: [] as number[] }
    const l = m.t.listen(port, {
      onReadable(c: Connection<number[]>) {
        c.app ??= []
        for (let k = 0; (k = m.t.read(c, b)) > 0; ) c.app.push(...b.subarray(0, k))
        if (c.app.length < size) return
        const s = status(m.t, c)
        if (s.hasFastOpen) seen.fast++
        // SYN-RECEIVED: before the handshake was over.
        if (s.state === 3) seen.early++
        m.t.write(c, Uint8Array.from(c.app.reverse()))
        m.t.close(c)
      },
      onEnd: c => void m.t.close(c),
      onClose: (_c, code) => void seen.codes.push(code),
    }) as Listener
    serve(m.t, l)
    return { seen, l }
  }

  it.each([
    [0, 100],
    [0, 5000],
    [1, 100],
    [1, 5000],
  ])('7413 4.2 the kernel asks machine %d for a cookie, then sends %d octets with the SYN', async (which, size) => {
    const m = machines[which]
    const port = 7000 + (size > 100 ? 1 : 0)
    const { seen, l } = reverse(m, port, size)
    const before = await witness()
    expect(await must(exec('python3', '-c', CLIENT, m.own, `${port}`, '4', `${size}`))).toBe('whole\n')
    await until(() => seen.codes.length === 4)
    const after = await witness()
    const isKnown = size > 100
    expect(seen).toEqual({ fast: isKnown ? 4 : 3, early: isKnown ? 0 : 3, codes: [0, 0, 0, 0] })
    expect(after('TCPFastOpenActive') - before('TCPFastOpenActive')).toBe(isKnown ? 4 : 3)
    unlisten(m.t, l)
  })

  it('7413 4.1.2 the kernel comes with a cookie of the key before, and with one that is too old', async () => {
    const [m] = machines
    const { seen, l } = reverse(m, 7100, 100)
    const once = async (): Promise<string> => must(exec('python3', '-c', CLIENT, m.own, '7100', '1', '100'))
    await once()
    const before = seen.fast
    rotate(m.t)
    await once()
    expect(seen.fast).toBe(before + 1)
    // It was given a new one with that; two keys later it is nobody's.
    rotate(m.t)
    rotate(m.t)
    await once()
    expect(seen.fast).toBe(before + 1)
    await once()
    expect(seen.fast).toBe(before + 2)
    unlisten(m.t, l)
  })
})
