// The kernel as a peer, in both roles. TINY_OCTETS=1e9 makes streams of a gigabyte; CI's are of a tenth.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ECONNABORTED, ECONNREFUSED, ECONNRESET } from '@tiny/core'
import { address } from '@tiny/core/text'
import type { Connection, Handlers, Tcp } from '@tiny/tcp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, exec, lacking, must, sh } from '../../../tools/netns/index.ts'
import { type Machine, machine, stream, until } from './kernel.ts'

const missing = lacking('python3', 'curl', 'nc', 'nginx', 'nmap', 'tshark')
const OCTETS = Number(process.env['TINY_OCTETS'] ?? 1e8)
const MANY = 1000

const sha256 = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex')
const EXAMPLES = new URL('../../../examples/', import.meta.url).pathname

/** A server of the kernel's; closed by itself. */
function kernelServer(m: Machine, port: number, serve: (s: Socket) => void): Promise<Server> {
  return new Promise(resolve => {
    const server = createServer({ allowHalfOpen: true }, serve)
    server.listen(port, m.kernel, 1024, () => resolve(server))
  })
}

describe.skipIf(missing !== '')(`the kernel as a peer${missing && ` (there is no ${missing})`}`, () => {
  /** Captured, and not. */
  let m: Machine
  let bulk: Machine
  const b = new Uint8Array(65536)
  const text = (c: Connection): string => {
    const n = m.t.read(c, b)
    return n > 0 ? Buffer.from(b.slice(0, n)).toString() : ''
  }
  beforeAll(async () => {
    await enter()
    // nmap draws its ports above these: one that the kernel had in TIME-WAIT would answer our SYN,ACK, not reset it.
    await must(sh('echo 10000 32000 > /proc/sys/net/ipv4/ip_local_port_range'))
    const sizes = { connections: 2 * MANY, timeWaits: 2 * MANY, timeWait: 1000 }
    m = await machine({ net: 0, isCaptured: true, ...sizes, sendBuffer: 8192, receiveBuffer: 8192 })
    bulk = await machine({ net: 1 })
    const echo: Handlers = {
      onReadable(c) {
        const n = m.t.read(c, b)
        if (n > 0) m.t.write(c, b, 0, n)
      },
      onEnd: c => void m.t.close(c),
    }
    m.t.listen(7, echo, { backlog: MANY })
  })
  afterAll(() => {
    m?.close()
    bulk?.close()
  })

  it.each([
    ['kernel', 'kernel'],
    ['kernel', 'we'],
    ['we', 'kernel'],
    ['we', 'we'],
  ] as const)(
    `%s connect and %s send ${OCTETS} octets`,
    async (role, way) => {
      const start = Date.now()
      const { sent, arrived, code, octets } = await stream(bulk, role, way, OCTETS)
      console.log(`${role} connect, ${way} send: ${(octets / (Date.now() - start) / 1000).toFixed(0)} MB/s`)
      expect([arrived, code, octets]).toEqual([sent, 0, OCTETS])
    },
    60_000 + OCTETS / 1e4,
  )

  it('the kernel opens a thousand connections at once, and each has its own octets back', async () => {
    let most = 0
    const all = Array.from({ length: MANY }, (_, i) => {
      const s = connect(7, m.own)
      return new Promise<string>((resolve, reject) => {
        s.once('data', data => {
          resolve(`${data}`)
        })
        s.once('error', reject)
        s.write(`number ${i}`)
        setTimeout(() => {
          most = Math.max(most, m.t.used())
          s.end()
        }, 3000)
      })
    })
    expect(await Promise.all(all)).toEqual(all.map((_, i) => `number ${i}`))
    expect(await until(() => most >= MANY)).toBe(true)
    expect(await until(() => m.t.used() === 0, 10)).toBe(true)
    expect(m.h.pool.used).toBe(0)
  }, 30_000)

  it('we open a thousand connections at once, and each has its own octets back', async () => {
    const server = await kernelServer(m, 5007, s => s.pipe(s))
    const said: string[] = Array.from({ length: MANY }, () => '')
    let closed = 0
    let most = 0
    for (let i = 0; i < MANY; i++)
      m.t.connect(address(m.kernel), 5007, {
        onWritable: c => void m.t.write(c, Buffer.from(`number ${i}`)),
        onReadable(c) {
          said[i] += text(c)
          most = Math.max(most, m.t.used())
          setTimeout(() => m.t.close(c), 1000)
        },
        onClose: (_c, code) => void (closed += code === 0 ? 1 : 1e6),
      })
    expect(await until(() => closed >= MANY, 20)).toBe(true)
    expect([closed, most]).toEqual([MANY, MANY])
    expect(said).toEqual(said.map((_, i) => `number ${i}`))
    server.close()
    expect(await until(() => m.t.used() === 0, 10)).toBe(true)
  }, 40_000)

  it('9293 MUST-14 3.6 the kernel closes its side, and still reads what we send then', async () => {
    const l = m.t.listen(5010, {
      onEnd(c) {
        m.t.write(c, Buffer.from('after your end'))
        m.t.close(c)
      },
    })
    const { out, code } = await sh(`python3 -c 'import socket
s = socket.create_connection(("${m.own}", 5010), 5)
s.shutdown(socket.SHUT_WR)
while b := s.recv(100): print(b.decode())'`)
    expect([out, code]).toEqual(['after your end\n', 0])
    expect(typeof l).toBe('object')
  })

  it('9293 MUST-14 3.6 we close our side, and still read what the kernel sends then', async () => {
    const server = await kernelServer(m, 5011, s => {
      s.resume()
      s.on('end', () => setTimeout(() => s.end('after your end'), 50))
    })
    let said = ''
    let end: number | null = null
    m.t.connect(address(m.kernel), 5011, {
      onWritable: c => void m.t.close(c),
      onReadable: c => void (said += text(c)),
      onClose: (_c, code) => void (end = code),
    })
    await until(() => end !== null)
    expect([said, end]).toEqual(['after your end', 0])
    server.close()
  })

  it('a reset of either side is told to the other', async () => {
    const told: number[] = []
    m.t.listen(5020, { onClose: (_c, code) => void told.push(code) })
    const s = connect(5020, m.own)
    await new Promise(resolve => s.once('connect', resolve))
    s.resetAndDestroy()
    await until(() => told.length > 0)
    expect(told).toEqual([-ECONNRESET])

    m.t.listen(5021, { onReadable: c => void m.t.abort(c), onClose: (_c, code) => void told.push(code) })
    const error = await new Promise<NodeJS.ErrnoException>(resolve => {
      const s = connect(5021, m.own)
      s.on('error', resolve)
      s.write('x')
    })
    expect(error.code).toBe('ECONNRESET')
    expect(told).toEqual([-ECONNRESET, -ECONNABORTED])
  })

  it('a port where nobody listens is refused on either side', async () => {
    const error = await new Promise<NodeJS.ErrnoException>(resolve => connect(5030, m.own).on('error', resolve))
    expect(error.code).toBe('ECONNREFUSED')
    let told = 1
    m.t.connect(address(m.kernel), 5031, { onClose: (_c, code) => void (told = code) })
    await until(() => told !== 1)
    expect(told).toBe(-ECONNREFUSED)
  })

  describe('HTTP', () => {
    let folder = ''
    const files = { 'empty.txt': randomBytes(0), 'small.bin': randomBytes(3000), 'large.bin': randomBytes(5_000_000) }
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'tiny-www-'))
      for (const [name, octets] of Object.entries(files)) writeFileSync(join(folder, name), octets)
      must(sh(`chmod 755 ${folder}`))
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    it('curl has the files of examples/http-server, one after the other and many at once', async () => {
      type Serve = (t: Tcp, port: number, folder: string) => object
      const { serve } = (await import(/* @vite-ignore */ `${EXAMPLES}http-server/server.js`)) as { serve: Serve }
      serve(bulk.t, 80, folder)
      const out = join(folder, 'out')
      for (const way of ['', '-Z']) {
        const urls = Object.keys(files).map(name => `-o ${out}/${name} http://${bulk.own}/${name}`)
        await must(sh(`rm -rf ${out}; mkdir ${out}; curl -sSf ${way} --max-time 20 ${urls.join(' ')}`))
        for (const [name, octets] of Object.entries(files))
          expect(sha256(readFileSync(join(out, name)))).toBe(sha256(octets))
      }
      const status = `curl -s -o /dev/null -w '%{http_code} ' --path-as-is http://${bulk.own}`
      expect(await must(sh(`${status}/none; ${status}/../etc/passwd; ${status}/ -d x=1`))).toBe('404 404 501 ')
    }, 30_000)

    it('examples/http-client has the files of nginx', async () => {
      const conf = join(folder, 'nginx.conf')
      writeFileSync(
        conf,
        `user root; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http { access_log off; server { listen ${m.kernel}:80; root ${folder}; } }`,
      )
      await must(exec('nginx', '-p', folder, '-c', conf))
      try {
        type On = { onHead(status: number): void; onBody(b: Buffer): void; onEnd(error: string): void }
        type Get = (t: Tcp, url: string, on: On) => void
        const { get } = (await import(/* @vite-ignore */ `${EXAMPLES}http-client/client.js`)) as { get: Get }
        for (const [name, octets] of [...Object.entries(files), ['missing', null] as const]) {
          const hash = createHash('sha256')
          const found: (number | string)[] = []
          get(m.t, `http://${m.kernel}/${name}`, {
            onHead: status => void found.push(status),
            onBody: b => void hash.update(b),
            onEnd: error => void found.push(error),
          })
          await until(() => found.length > 1, 20)
          expect(found).toEqual([octets ? 200 : 404, ''])
          if (octets) expect(hash.digest('hex')).toBe(sha256(octets))
        }
      } finally {
        await must(exec('nginx', '-p', folder, '-c', conf, '-s', 'stop'))
      }
    }, 60_000)
  })

  it('nmap finds what is open and does no harm', async () => {
    await until(() => m.t.used() === 0, 10)
    const ports = '-n -Pn -T4 -p 7,9,20-60'
    for (const scan of ['-sS -O', '-sT', '-sN', '-sX', '-sA']) {
      const out = await must(sh(`nmap ${scan} ${ports} ${m.own}`))
      if (/^-s[ST]/.test(scan)) expect(out).toMatch(/7\/tcp +open +echo/)
      expect(out).toMatch(/Nmap done: 1 IP address \(1 host up\)/)
    }
    expect(await must(sh(`echo alive | nc -N -w 5 ${m.own} 7`))).toBe('alive\n')
    expect(await until(() => m.t.used() === 0, 10)).toBe(true)
    expect([m.h.pool.used, m.h.lost]).toEqual([0, 0])
  }, 60_000)

  it('tshark has nothing against what we sent', async () => {
    expect(await m.judge()).toBe('')
  }, 60_000)
})
