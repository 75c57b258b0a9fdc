// netstat of net-tools and nstat of iproute2 read what we write, in a mount namespace where it stands in for /proc/net.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { arp, dev, netstat, rawTable, routes, snapshot, snmp, tcpTable, udpTable } from '@tiny/mib/proc'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../../../tools/netns/index.ts'
import { talk } from '../../../tools/tinystat/talk.ts'

const missing = lacking('unshare', 'netstat', 'nstat')

describe.skipIf(missing !== '')(`the tools of Linux${missing && ` (there is no ${missing})`}`, () => {
  const { b } = talk()
  const s = snapshot(b.m, { ip: b.ip, tcp: b.t })
  const files = {
    snmp: snmp(s),
    netstat: netstat(s),
    tcp: tcpTable(b.t),
    udp: udpTable(b.u.sockets),
    raw: rawTable(b.r.sockets),
    arp: arp([{ name: 'eth0', link: b.link }]),
    route: routes([{ name: 'eth0', ip: b.ip }]),
    dev: dev([{ name: 'eth0', moved: b.meter }]),
  }
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiny-mib-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  // /proc of the namespace holds what the tools ask for, and nothing of the kernel's network.
  const run = (command: string): string => {
    const ran = spawnSync(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mount -t tmpfs none /mnt && mkdir /mnt/net && cp ${folder}/* /mnt/net/ && mount --bind /mnt /proc && ${command}`,
      ],
      { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
    )
    expect(ran.stderr).toBe('')
    expect(ran.status).toBe(0)
    return ran.stdout
  }

  it('netstat -s', () => {
    const said = run('netstat -s')
    expect(said).toMatch(/^ +1 passive connection openings$/m)
    expect(said).toMatch(/^ +3 packets to unknown port received$/m)
    expect(said).toMatch(/^ +destination unreachable: 3$/m)
    expect(said).toMatch(/^ +1 packets reassembled ok$/m)
    expect(said).toMatch(new RegExp(`^ +InOctets: ${s['IpExt']!['InOctets']}$`, 'm'))
    expect(said).toMatch(/^ +1 resets sent$/m)
  })

  it('netstat -tan, -uan, -wan', () => {
    const said = run('netstat -tan; netstat -uan; netstat -wan')
    expect(said).toMatch(/^tcp +0 +8 0\.0\.0\.0:80 +0\.0\.0\.0:\* +LISTEN/m)
    expect(said).toMatch(/^tcp +0 +0 10\.0\.0\.2:80 +10\.0\.0\.1:\d+ +ESTABLISHED/m)
    expect(said).toMatch(/^udp +0 +0 0\.0\.0\.0:53 +0\.0\.0\.0:\*/m)
    expect(said).toMatch(/^raw +0 +0 0\.0\.0\.0:89 +0\.0\.0\.0:\* +7/m)
  })

  it('netstat -rn', () => {
    const said = run('netstat -rn')
    expect(said).toMatch(/^0\.0\.0\.0 +10\.0\.0\.9 +0\.0\.0\.0 +UG .*eth0$/m)
    expect(said).toMatch(/^10\.0\.0\.0 +0\.0\.0\.0 +255\.255\.255\.0 +U .*eth0$/m)
  })

  it('nstat, told where the files are', () => {
    const ran = spawnSync('nstat', ['-a', '-z', '-s'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        NSTAT_HISTORY: join(folder, 'history'),
        PROC_NET_SNMP: join(folder, 'snmp'),
        PROC_NET_NETSTAT: join(folder, 'netstat'),
        PROC_NET_SNMP6: '/dev/null',
      },
    })
    expect(ran.stderr).toBe('')
    const read = new Map(ran.stdout.split('\n').map(line => line.split(/\s+/) as [string, string]))
    const names = { Ip: 'Ip', Icmp: 'Icmp', Tcp: 'Tcp', Udp: 'Udp', TcpExt: 'TcpExt', IpExt: 'IpExt' }
    // Gauges are none of what nstat tells.
    const left = ['Forwarding', 'DefaultTTL', 'RtoAlgorithm', 'RtoMin', 'RtoMax', 'MaxConn', 'CurrEstab']
    for (const group of Object.keys(names))
      for (const [name, value] of Object.entries(s[group]!))
        if (!left.includes(name)) expect(read.get(group + name), group + name).toBe(`${value}`)
    expect(readdirSync(folder)).toContain('snmp')
  })
})
