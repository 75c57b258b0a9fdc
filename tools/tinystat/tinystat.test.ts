import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../netns/index.ts'
import { root } from '../sources.mjs'
import { serve, socketOf } from './serve.ts'
import { talk } from './talk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tinystat-test-'))
const path = join(folder, 'machine.sock')
afterAll(() => rmSync(folder, { recursive: true }))

function tinystat(...args: string[]): Promise<{ status: number | null; out: string; err: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['tools/run.mjs', 'tools/tinystat/index.ts', ...args], { cwd: root })
    let [out, err] = ['', '']
    child.stdout.on('data', text => (out += text))
    child.stderr.on('data', text => (err += text))
    child.on('close', status => resolve({ status, out, err }))
  })
}

describe('tinystat', () => {
  const { net, a, b } = talk()
  let stop: () => void
  beforeAll(async () => {
    stop = await serve(
      {
        name: 'eth0',
        counters: b.m,
        witness: b.w,
        ip: b.ip,
        link: b.link,
        tcp: b.t,
        udp: b.u,
        raw: b.r,
        meter: b.meter,
      },
      path,
    )
  })
  afterAll(() => stop?.())
  const asked = async (...args: string[]): Promise<string> => {
    const { status, out, err } = await tinystat('-S', path, ...args)
    expect([status, err]).toEqual([0, ''])
    return out
  }

  it('-s: counters', { timeout: 30_000 }, async () => {
    const out = await asked('-s')
    expect(out).toMatch(/^Udp:$/m)
    expect(out).toMatch(/^ {4}NoPorts {19,}3$/m)
    expect(out).toMatch(/^ {4}PassiveOpens +1$/m)
    expect(out).not.toMatch(/ 0$/m)
  })

  it('-t -u -r: tables', { timeout: 30_000 }, async () => {
    const out = await asked('-t', '-u', '-r')
    expect(out).toMatch(/^tcp {8}0 {6}8 \*:80 +\*:\* +LISTEN$/m)
    expect(out).toMatch(/^tcp +0 +0 10\.0\.0\.2:80 +10\.0\.0\.1:\d+ +ESTABLISHED$/m)
    expect(out).toMatch(/^udp +0 +0 \*:53 +\*:\* +1 lost$/m)
    expect(out).toMatch(/^raw +0 +0 \*:89 +\*:\*$/m)
    expect(out).toMatch(/^0\.0\.0\.0 +10\.0\.0\.9 +0\.0\.0\.0 +eth0$/m)
    expect(out).toMatch(/^10\.0\.0\.1 +(..:){5}.. +eth0$/m)
    expect(out).toMatch(new RegExp(`^eth0 +${b.meter.inPackets} +`, 'm'))
  })

  it('says what is wrong, and what to do', { timeout: 30_000 }, async () => {
    for (const out of [await asked(), await asked('-w')]) {
      expect(out).toContain(
        '3 UDP datagrams to port 7 had no receiver: no socket is bound to it: bind(7, ...) of @tiny/udp',
      )
      expect(out).toContain('1 TCP segment to port 81, where nobody listens')
    }
  })

  it('-l: rates of what moves', { timeout: 30_000 }, async () => {
    const timer = setInterval(() => {
      const s = a.u.sockets[0]!
      for (let i = 0; i < 5; i++) a.u.send(s, new Uint8Array(10), 0, 10, Uint8Array.of(10, 0, 0, 2), 0, 53)
      net.run(10)
    }, 10)
    const out = await asked('-l', '-i', '0.3', '-n', '2')
    clearInterval(timer)
    expect(out.match(/^Udp InDatagrams +[\d,.]+ \/s$/gm)?.length).toBe(2)
    expect(out).not.toContain('NoPorts')
  })

  it('refuses what makes no sense', { timeout: 30_000 }, async () => {
    expect(await tinystat('-x')).toMatchObject({ status: 1, err: expect.stringContaining("Unknown option '-x'") })
    expect(await tinystat('-l', '-i', '0')).toMatchObject({ status: 2, out: expect.stringMatching(/^usage/) })
    expect(await tinystat('-S', join(folder, 'nobody'))).toMatchObject({
      status: 1,
      err: expect.stringContaining('ENOENT'),
    })
    expect((await tinystat('-h')).status).toBe(0)
  })

  it.each(['{junk', 'null', '[]', '5', '{"snmp":5}', ''])(
    'refuses %s for an answer',
    { timeout: 30_000 },
    async text => {
      const path = join(folder, 'junk')
      const server = createServer(socket => void socket.end(text)).listen(path)
      const { status, err } = await tinystat('-S', path)
      server.close()
      expect([status, err]).toEqual([1, `tinystat: ${path} is no machine of ours\n`])
    },
  )

  it('gives up one that never answers', { timeout: 30_000 }, async () => {
    const path = join(folder, 'silent')
    const server = createServer(() => {}).listen(path)
    const { status, err } = await tinystat('-S', path)
    server.close()
    expect([status, err]).toEqual([1, `tinystat: ${path} does not answer\n`])
  })

  it('gives up one that never ends', { timeout: 30_000 }, async () => {
    const path = join(folder, 'endless')
    const server = createServer(socket => {
      // It says nothing more once what a machine may have to say is out: who waits for more finds it silent.
      const part = 'x'.repeat(1 << 20)
      for (let i = 0; i < 66; i++) socket.write(part)
      socket.on('error', () => {})
    }).listen(path)
    const { status, err } = await tinystat('-S', path)
    server.close()
    expect([status, err]).toEqual([1, `tinystat: ${path} says too much\n`])
  })

  it('passes over a machine that was killed', { timeout: 30_000 }, async () => {
    const dead = socketOf(999_999_999)
    // Its socket is left over, and younger than that of any other.
    const script = `require('net').createServer().listen(${JSON.stringify(dead)}, () => process.kill(process.pid, 9))`
    await new Promise(resolve => spawn(process.execPath, ['-e', script]).on('close', resolve))
    expect(existsSync(dead)).toBe(true)
    const { err } = await tinystat()
    rmSync(dead)
    expect(err).not.toContain('ECONNREFUSED')
  })
})

const missing = lacking('ping', 'arping', 'traceroute', 'nc', 'curl')

describe.skipIf(missing !== '')(`a machine on a TAP interface${missing && ` (there is no ${missing})`}`, () => {
  it('is asked while it runs', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, ['tools/run.mjs', 'tools/demo/index.ts', '--tap', '--stay'], { cwd: root })
    const socket = socketOf(child.pid as number)
    try {
      for (let i = 0; i < 400 && !existsSync(socket); i++) await new Promise(resolve => setTimeout(resolve, 100))
      const { out } = await tinystat('-S', socket, '-s', '-t', '-u', '-r')
      expect(out).toMatch(/InEchos +20,006/)
      expect(out).toMatch(/\*:80 +\*:\* +LISTEN/)
      expect(out).toMatch(/\*:7 /)
      expect(out).toMatch(/^10\.0\.0\.1 +(..:){5}.. +tap0$/m)
    } finally {
      child.kill('SIGINT')
      await new Promise(resolve => child.on('close', resolve))
    }
    expect(existsSync(socket)).toBe(false)
  })
})
