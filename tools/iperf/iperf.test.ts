// Debian's iperf3 at the other end of a TAP.
import { connect } from 'node:net'
import { address } from '@tiny/core/text'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enter, exec, lacking, must, sh } from '../netns/index.ts'
import { measure } from './client.ts'
import { type Machine, machine } from './machine.ts'
import { PORT } from './protocol.ts'
import { type Served, serve } from './server.ts'

const missing = lacking('iperf3')
/** Octets that may be under way at the end, of each stream: buffers of both sides. */
const SLACK = 8e6

interface Said {
  error?: string
  end: { sum_sent: { bytes: number }; sum_received: { bytes: number }; streams: object[] }
}

const total = (bytes: number[]): number => bytes.reduce((sum, n) => sum + n, 0)

describe.skipIf(missing !== '')(`iperf3${missing && ` (there is no ${missing})`}`, () => {
  let m: Machine
  let served: Served[] = []
  beforeAll(async () => {
    await enter()
    m = machine('tap0', '10.0.0.2/24')
    await must(sh('ip addr add 10.0.0.1/24 dev tap0 && ip link set tap0 up'))
    serve(m.t, PORT, one => void served.push(one))
  })
  afterAll(() => m?.close())

  async function client(...args: string[]): Promise<Said> {
    served = []
    return JSON.parse((await exec('iperf3', '-J', '-c', '10.0.0.2', '-t', '1', ...args)).out)
  }

  it.each([
    [1, false],
    [1, true],
    [4, false],
    [4, true],
  ])(
    'its client measures %i streams of ours, reverse: %s',
    async (parallel, isReverse) => {
      const { error, end } = await client('-P', `${parallel}`, ...(isReverse ? ['-R'] : []))
      expect(error).toBeUndefined()
      expect(served.map(({ error, isReverse, bytes }) => [error, isReverse, bytes.length])).toEqual([
        ['', isReverse, parallel],
      ])
      const ours = total(served[0]?.bytes ?? [])
      const theirs = isReverse ? end.sum_received.bytes : end.sum_sent.bytes
      // Each side is told the other's count.
      expect(isReverse ? end.sum_sent.bytes : end.sum_received.bytes).toBe(ours)
      expect(ours).toBeGreaterThan(1e6)
      expect(Math.abs(ours - theirs)).toBeLessThan(SLACK * parallel)
      console.log(`${parallel} streams, ${isReverse ? 'we send' : 'the kernel sends'}: ${(ours / 1e6).toFixed(0)} MB/s`)
    },
    20_000,
  )

  it('its client is told that UDP is not for us, and that we are busy', async () => {
    expect((await client('-u')).error).toMatch(/not been implemented|unimplemented|not implemented/i)
    expect(served[0]?.error).toMatch(/TCP in one direction/)
    const first = client()
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(JSON.parse((await exec('iperf3', '-J', '-c', '10.0.0.2')).out).error).toMatch(/busy/)
    expect((await first).error).toBeUndefined()
  }, 20_000)

  it('a client that gives up makes room for the next', async () => {
    const first = exec('timeout', '-s', 'INT', '0.5', 'iperf3', '-c', '10.0.0.2', '-t', '9')
    served = []
    await first
    expect(served.map(({ error }) => error)).toEqual(['the client has given up'])
    const mute = connect(PORT, '10.0.0.2')
    mute.write('x'.repeat(37))
    await new Promise(resolve => mute.once('data', resolve))
    const body = Buffer.from('{"tcp":true,"parallel":1}')
    mute.write(Buffer.from([0, 0, 0, body.length, ...body]))
    await new Promise(resolve => mute.once('data', resolve))
    mute.destroy()
    expect((await client()).error).toBeUndefined()
    expect(served[0]?.error ?? '').toMatch(/ended/)
  }, 20_000)

  it.each([
    [1, false],
    [1, true],
    [3, false],
    [3, true],
  ])(
    'our client measures %i streams of its server, reverse: %s',
    async (parallel, isReverse) => {
      const server = must(exec('iperf3', '-s', '-1', '-B', '10.0.0.1'))
      await must(sh('until ss -ltn | grep -q 10.0.0.1:5201; do sleep 0.05; done'))
      const found = await measure(m.t, { address: address('10.0.0.1'), port: PORT, seconds: 1, parallel, isReverse })
      expect(await server).toMatch(isReverse ? /sender/ : /receiver/)
      expect(found.theirs.map(n => n > 0)).toEqual(found.ours.map(() => true))
      expect(found.ours).toHaveLength(parallel)
      expect(total(found.ours)).toBeGreaterThan(1e6)
      expect(Math.abs(total(found.ours) - total(found.theirs))).toBeLessThan(SLACK * parallel)
      console.log(
        `${parallel} streams, ${isReverse ? 'the kernel sends' : 'we send'}: ${(total(found.ours) / 1e6).toFixed(0)} MB/s`,
      )
    },
    20_000,
  )

  it('a server that is not there is an error', async () => {
    const wanted = { address: address('10.0.0.1'), port: PORT, seconds: 1, parallel: 1, isReverse: false }
    await expect(measure(m.t, wanted)).rejects.toThrow('ended: ECONNREFUSED')
  })
})
