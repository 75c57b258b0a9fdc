// Opening and closing interfaces, and what is said when that does not go.
import { spawnSync } from 'node:child_process'
import { EINVAL, ENETDOWN } from '@tiny/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { enter, lacking, must, sh } from '../../../tools/netns/index.ts'
import { type Tap, tap, tun } from '../src/index.js'
import { until } from './machine.js'

const missing = lacking('python3')

function thrown(f: () => { close(): void }): Error & { code?: string } {
  try {
    f().close()
  } catch (e) {
    return e as Error
  }
  throw new Error('nothing was thrown')
}

it('options that are none are refused at the call', () => {
  const bad = [
    { name: '' },
    { name: 'a b' },
    { name: 'a/b' },
    { name: 'sixteencharacter' },
    // 18 octets; a nought ends it; of the kernel's patterns there is one.
    { name: 'ééééééééé' },
    { name: 'a\0b' },
    { name: 'a%db%d' },
    { name: '100%' },
    { mtu: 67 },
    { mtu: 65536 },
  ]
  for (const options of [...bad, { owner: -1 }, { mac: new Uint8Array(5) }, { mac: Uint8Array.of(1, 0, 0, 0, 0, 0) }])
    expect(() => tap(options), JSON.stringify(options)).toThrow(RangeError)
  expect(() => tap({ nam: 'x' } as object)).toThrow('tap: no option nam')
  expect(() => tun({ mac: new Uint8Array(6) } as object)).toThrow('tun: no option mac')
})

it('another system is told of Linux', () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' })
  try {
    const e = thrown(() => tap())
    expect([e.code, e.message]).toEqual([
      'ENOTSUP',
      expect.stringMatching(/Linux's, this is darwin: use .* with Linux/),
    ])
  } finally {
    Object.defineProperty(process, 'platform', platform)
  }
})

describe.skipIf(missing !== '')(`interfaces${missing && ` (there is no ${missing})`}`, () => {
  // Before each test that is asked for alone, too: none of them may run in the machine's own network.
  beforeAll(enter)

  it('have the name that was asked for, or the first that is free', async () => {
    const all = [tap({ name: 'mine' }), tap(), tap(), tun()]
    expect(all.map(one => one.name)).toEqual(['mine', 'tap0', 'tap1', 'tun0'])
    expect(await must(sh('ip link show type tun'))).toMatch(/mine.*tap0.*tap1.*tun0/s)
    for (const one of all) {
      one.close()
      one.close()
    }
    await until(() => false, 0.05)
    expect(await must(sh('ip link show type tun'))).toBe('')
  })

  it('have a random address of our own unless one is given', () => {
    const [a, b, c] = [tap(), tap(), tap({ mac: Uint8Array.of(2, 1, 1, 1, 1, 1) })] as [Tap, Tap, Tap]
    expect([a.mac[0]! & 3, b.mac[0]! & 3, [...c.mac]]).toEqual([2, 2, [2, 1, 1, 1, 1, 1]])
    expect([...a.mac]).not.toEqual([...b.mac])
    for (const one of [a, b, c]) one.close()
  })

  it('tell their MTU, or have the one that is asked for', async () => {
    const [a, b] = [tap(), tap({ mtu: 9000 })]
    expect([a.mtu, b.mtu]).toEqual([1500, 9000])
    expect(await must(sh(`ip link show ${b.name}`))).toContain('mtu 9000')
    a.close()
    b.close()
    expect(thrown(() => tap({ mtu: 65535 })).message).toMatch(/^tun: mtu 65535: E/)
  })

  it('stay when they are persistent, and belong to their owner', async () => {
    const a = tap({ name: 'stays', isPersistent: true, owner: 1000 })
    a.close()
    await until(() => false, 0.05)
    expect(await must(sh('ip -d link show stays'))).toMatch(/persist on.*user/)
    const b = tap({ name: 'stays', isPersistent: false })
    b.close()
    await until(() => false, 0.05)
    expect((await sh('ip link show stays')).code).not.toBe(0)
  })

  it('that others hold, or of another kind, are refused with what to do', () => {
    const a = tap({ name: 'held' })
    const busy = thrown(() => tap({ name: 'held' }))
    expect([busy.code, busy.message]).toEqual([
      'EBUSY',
      expect.stringMatching(/held is held by another program: end it, or/),
    ])
    const other = thrown(() => tap({ name: 'lo' }))
    expect([other.code, other.message]).toEqual([
      'EINVAL',
      expect.stringMatching(/lo exists and is no tap: take another/),
    ])
    expect(thrown(() => tun({ name: 'held' })).code).toBe('EINVAL')
    a.close()
  })

  it('take no frame when they are down, closed or gone, and none that is none', async () => {
    const gone: Error[] = []
    const a = tap({ onGone: error => void gone.push(error) })
    const frame = new Uint8Array(60)
    expect(a.send(frame, 0, 60)).toBe(-ENETDOWN)
    await must(sh(`ip link set ${a.name} up`))
    expect(a.send(frame, 0, 60)).toBe(0)
    expect(a.send(frame, 0, 13)).toBe(-EINVAL)
    expect(gone).toEqual([])
    await must(sh(`ip link del ${a.name}`))
    expect(a.send(frame, 0, 60)).toBe(-ENETDOWN)
    await until(() => gone.length > 0)
    expect(gone.length).toBe(1)
    const b = tap()
    b.close()
    expect(b.send(frame, 0, 60)).toBe(-ENETDOWN)
  })

  it('send no octets that are not in the buffer: what lies behind it is nobody’s business', async () => {
    const a = tap()
    await must(sh(`ip link set ${a.name} up`))
    const b = new Uint8Array(100)
    for (const [o, n] of [
      [50, 51],
      [0, 65536],
      [200, 60],
      [-5, 20],
      [0, -1],
      [0, NaN],
      [0, 60.5],
      [0, 2 ** 32 + 60],
      [0, undefined],
    ] as [number, number][])
      expect(() => a.send(b, o, n), `${o}, ${n}`).toThrow(`tun: send of ${n} octets at ${o} of 100`)
    expect(a.send(b, 40, 60)).toBe(0)
    a.close()
  })

  it('leave nothing behind when the program has no descriptors left, and say so', async () => {
    const root = new URL('../../..', import.meta.url).pathname
    const say = await must(sh(`cd ${root} && ulimit -n 64 && node tools/run.mjs packages/tun/test/full.ts`))
    expect(say.trim().split('\n')).toEqual([
      '0 EMFILE tun: the program has no file descriptors left: close some, or raise the limit (ulimit -n)',
      '1 EMFILE tun: a socket to ask for the MTU: EMFILE',
      '2 EMFILE tun: a pair of sockets: EMFILE',
      '3 tap0',
      'left 0',
    ])
  })

  it('hand up every frame whole, up to 64 in a turn of the event loop', async () => {
    const a = tap({ mtu: 3000 })
    const sizes: number[] = []
    const turns: number[] = []
    let turn = 0
    let isOver = false
    const next = (): void => {
      turn++
      if (!isOver) setImmediate(next)
    }
    a.recv = (_b, _o, n) => {
      sizes.push(n)
      turns[turn] = (turns[turn] ?? 0) + 1
    }
    await must(
      sh(`ip addr add 10.0.0.1/24 dev ${a.name} && ip link set ${a.name} up
      ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev ${a.name}`),
    )
    const send = 'import socket;s=socket.socket(2,2)\nfor i in range(300): s.sendto(bytes(i*9),("10.0.0.2",9))'
    // Meanwhile nothing is read: all of them wait.
    expect(spawnSync('python3', ['-c', send]).status).toBe(0)
    next()
    await until(() => sizes.length >= 300)
    isOver = true
    a.close()
    expect(sizes).toEqual(Array.from({ length: 300 }, (_, i) => 42 + i * 9))
    expect(turns.filter(k => k > 0)).toEqual([64, 64, 64, 64, 44])
  })

  it('are refused without privileges and without the device, with what to do', async () => {
    const root = new URL('../../..', import.meta.url).pathname
    const say = (front: string): Promise<string> =>
      must(sh(`cd ${root} && ${front} node tools/run.mjs packages/tun/test/open.ts`))
    expect(await say('')).toBe('opened tap0\n')
    expect(await say('setpriv --bounding-set=-net_admin')).toMatch(
      /^EPERM tun: no CAP_NET_ADMIN here: run as root, .* ip tuntap add dev tap0 mode tap user/,
    )
    const hidden = `unshare -m sh -c 'mount -t tmpfs none /dev/net && exec "$@"' sh`
    expect(await say(hidden)).toMatch(/^ENOENT tun: no \/dev\/net\/tun \(ENOENT\): load the driver with modprobe tun; /)
  })
})
