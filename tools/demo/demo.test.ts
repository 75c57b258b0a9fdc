import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../netns/index.ts'
import { root } from '../sources.mjs'
import { options } from './options.ts'
import { bar, fold, painter, wantsColour } from './paint.ts'

interface Ran {
  status: number | null
  stdout: string
  stderr: string
}

const folder = mkdtempSync(join(tmpdir(), 'demo-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'seen.pcapng')

function demo(...args: string[]): Promise<Ran> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['tools/run.mjs', 'tools/demo/index.ts', ...args], { cwd: root })
    const seen: Ran = { status: null, stdout: '', stderr: '' }
    child.stdout.on('data', text => (seen.stdout += text))
    child.stderr.on('data', text => (seen.stderr += text))
    child.on('close', status => resolve({ ...seen, status }))
  })
}

const hasTshark = spawnSync('tshark', ['--version']).status === 0
const SECTIONS = ['resolution', 'ping', 'udp', 'fragments', 'drops', 'tcp', 'fastOpen', 'capture', 'sizes', 'counters']

describe('the demonstration', () => {
  let first: Ran
  let octets: Buffer
  beforeAll(async () => {
    first = await demo('--seed', '20', '--capture', file)
    octets = readFileSync(file)
  }, 60_000)

  it('ends well, and says nothing to standard error', () => {
    expect(first.stderr).toBe('')
    expect(first.status).toBe(0)
  })

  it('has no escape codes in a pipe', () => {
    expect(first.stdout).not.toMatch(/\x1b/)
  })

  it('has no line that a terminal of 120 columns breaks', () => {
    expect(first.stdout.split('\n').filter(line => line.length > 120 && !line.includes(folder))).toEqual([])
  })

  it('says what each scene is to show', () => {
    for (const text of ['who has 10.0.0.2?', 'round trip of request', 'ECONNREFUSED', 'put 4,000 octets together'])
      expect(first.stdout).toContain(text)
    for (const text of ['─── SYN ───', '6,120 octets, each as it was served']) expect(first.stdout).toContain(text)
    for (const text of ['What the counters say', 'times reassembly failed', 'frame of IPv6: nobody takes it'])
      expect(first.stdout).toContain(text)
    for (const text of ['a cookie, please', '100.0 ms saved: one round trip']) expect(first.stdout).toContain(text)
    for (const text of ["a UDP datagram's checksum is wrong", file, '@tiny/ipv4']) expect(first.stdout).toContain(text)
  })

  it('shows the same for the same seed, to the octet, and captures the same', async () => {
    const second = await demo('--seed', '20', '--capture', file)
    expect(second).toEqual(first)
    expect(readFileSync(file).equals(octets)).toBe(true)
  }, 60_000)

  it('shows something else for another seed', async () => {
    const other = await demo('--seed', '21', '--capture', file)
    expect(other.status).toBe(0)
    expect(other.stdout).not.toBe(first.stdout.replaceAll('seed 20', 'seed 21'))
    expect(readFileSync(file).equals(octets)).toBe(false)
  }, 60_000)

  it('ends without a word when nobody reads on', async () => {
    const child = spawn(process.execPath, ['tools/run.mjs', 'tools/demo/index.ts', '--capture', file], { cwd: root })
    let stderr = ''
    child.stderr.on('data', text => (stderr += text))
    child.stdout.once('data', () => child.stdout.destroy())
    expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
    expect(stderr).toBe('')
  }, 60_000)

  it('prints one JSON document that holds all sections', async () => {
    const { stdout, status } = await demo('--json', '--seed', '20', '--capture', file)
    const all = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(all).toMatchObject({ seed: 20, passed: true })
    expect(Object.keys(all.sections)).toEqual(SECTIONS)
    for (const name of SECTIONS) expect(all.sections[name]).toMatchObject({ passed: true })
    // The socket has been closed when the section is written: its port was what it was.
    expect(all.sections.udp.port).toBeGreaterThan(0)
    const rows = all.sections.sizes.rows.map(({ name }: { name: string }) => name)
    for (const name of ['core', 'ethernet', 'ipv4', 'udp', 'ping', 'tcp', 'tfo', 'mib'])
      expect(rows).toContain(`@tiny/${name}`)
    expect(all.sections.ping.replies).toHaveLength(all.sections.ping.sent)
    expect(all.sections.tcp).toMatchObject({ octets: 6120, lost: expect.any(Number) })
    expect(all.sections.capture.octets).toBe(octets.length)
    expect(all.sections.drops.drops[0].why).not.toMatch(/unknown/)
    for (const { name, brotli } of all.sections.sizes.rows) expect(brotli, name).toBeGreaterThan(100)
  }, 60_000)

  it.skipIf(!hasTshark)(
    'captures what tshark reads without complaint, with a comment for each packet',
    async () => {
      const { sections } = JSON.parse((await demo('--json', '--seed', '20', '--capture', file)).stdout)
      const read = spawnSync('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.comment'], { encoding: 'utf8' })
      expect(read.status).toBe(0)
      expect(read.stderr.replace(/^Running as user "root".*\n/, '')).toBe('')
      const comments = read.stdout.trimEnd().split('\n')
      expect(comments).toHaveLength(sections.capture.packets)
      expect(comments[0]).toBe('ARP: who has 10.0.0.2? 10.0.0.1 asks')
      expect(comments).not.toContain('')
    },
    60_000,
  )

  it('says that it could not write the capture, and fails', async () => {
    const { stdout, status } = await demo('--seed', '20', '--capture', join(folder, 'missing', 'x.pcapng'))
    expect(stdout).toContain('not written: ENOENT')
    expect(status).toBe(1)
  }, 60_000)
})

describe('its command line', () => {
  it.each([
    [['--sed', '1'], "Unknown option '--sed'"],
    [['--seed', '1x'], '--seed 1x is not 0 to 2147483647'],
    [['--seed', '2147483648'], '--seed 2147483648'],
    [['now'], "Unexpected argument 'now'"],
  ])(
    'refuses %s with the usage and exit code 2',
    async (args, reason) => {
      const { status, stdout, stderr } = await demo(...args)
      expect(status).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).toContain(reason)
      expect(stderr).toContain('usage: npm start')
    },
    60_000,
  )

  it('explains itself', async () => {
    const { status, stdout } = await demo('--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^usage: npm start/)
  }, 60_000)

  it('draws a seed when none is given', () => {
    const seeds = [1, 2, 3, 4].map(() => options([]).seed)
    expect(new Set(seeds).size).toBeGreaterThan(1)
    expect(options(['--seed=7'])).toMatchObject({ seed: 7, isJson: false, path: './tiny.pcapng' })
  })
})

const absent = lacking('ping', 'arping', 'traceroute', 'nc', 'curl')

describe('the demonstration on a TAP interface', () => {
  it.skipIf(absent !== '')(
    `the kernel's tools have their answers${absent && ` (there is no ${absent})`}`,
    async () => {
      const { status, stdout, stderr } = await demo('--tap', '--json')
      const found = JSON.parse(stdout) as { passed: boolean; steps: { command: string; passed: boolean }[] }
      expect([status, stderr, found.passed]).toEqual([0, '', true])
      expect(found.steps.filter(({ passed }) => passed).map(({ command }) => command.split(' ')[0])).toEqual([
        'arping',
        'ping',
        'ping',
        'ping',
        'traceroute',
        'echo',
        'curl',
      ])
    },
    60_000,
  )

  it('--stay alone is refused, and --tap with what it would pass over', () => {
    expect(() => options(['--stay'])).toThrow('--stay goes with --tap')
    expect(() => options(['--tap', '--seed', '7'])).toThrow('--seed does not go with --tap')
    expect(() => options(['--tap', '--capture', 'x'])).toThrow('--capture does not go with --tap')
    expect(() => options(['7'], { npm_config_seed: 'true' })).toThrow('npm start -- --seed')
    expect(options(['--json'], { npm_config_json: 'true' })).toMatchObject({ isJson: true })
    expect(options(['--tap', '--stay'])).toMatchObject({ isTap: true, isStaying: true })
  })
})

describe('paint', () => {
  it('colours a terminal, unless told otherwise', () => {
    expect(wantsColour({ isTTY: true }, {})).toBe(true)
    expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
    expect(wantsColour({}, {})).toBe(false)
    expect(painter(true).bad('x')).toBe('\x1b[31mx\x1b[39m')
    expect(painter(false).bad('x')).toBe('x')
  })

  it('folds between words, and fills bars to the end and no further', () => {
    expect(fold('aa bb cc', 5)).toEqual(['aa bb', 'cc'])
    expect(fold('aaaaaaa b', 5)).toEqual(['aaaaaaa', 'b'])
    expect(bar(0.5, 4)).toBe('██░░')
    expect(bar(7, 2)).toBe('██')
  })
})
