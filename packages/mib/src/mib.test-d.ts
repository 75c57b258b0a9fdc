import { type Env, host, type Ip, type Link } from '@tiny/core'
import { mib } from '@tiny/mib'
import { drops, findings, witness } from '@tiny/mib/explain'
import { meter } from '@tiny/mib/meter'
import { difference, snapshot, tcpTable, udpTable } from '@tiny/mib/proc'
import { expectTypeOf } from 'vitest'

declare const env: Env
declare const ip: Ip
declare const link: Link

const m = mib({ wide: true })
// @ts-expect-error no such option
mib({ bits: 64 })
host(env, { observer: m })
host(env, { observer: witness(m) })
m.ip = ip
// @ts-expect-error an Ip knows its addresses, a link does not
m.ip = link
// @ts-expect-error who wants to start from zero subtracts
m.values = new Uint32Array(9)

expectTypeOf(difference(snapshot(m), snapshot(m, { ip }))).toEqualTypeOf<ReturnType<typeof snapshot>>()
findings(snapshot(m))
drops(m.times, witness().details)
// @ts-expect-error a snapshot is made first
findings(m)
expectTypeOf(meter(link).meter.inOctets).toEqualTypeOf<number>()
// @ts-expect-error an Ip moves nothing by itself
meter(ip)
udpTable([{ port: 7 }])
// @ts-expect-error the record of tcp() has the table
tcpTable(ip)
