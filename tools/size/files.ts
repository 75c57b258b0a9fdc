// What each source file costs in a firmware, and which MUSTs stand behind it. The firmware of examples/EXAMPLE is bundled as
// it is, then once for each file with the bodies of that file's functions taken out: the difference is what the file adds to
// all the others, in octets of brotli. The differences do not add up to the whole: what two files have in common is cheap
// for the second one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type Node, type Program, parse } from 'acorn'
import { build, transform } from 'esbuild'
import { fromSources, root } from '../sources.mjs'

/** What a file is there for. */
const WHY: { readonly [file: string]: string } = {
  'core/src/host.ts': 'one clock, one transmit buffer, the pool, the observer',
  'core/src/sum.ts': 'RFC 1071; 1122 I11, U6, U7',
  'core/src/octets.ts': 'reading and writing octets',
  'core/src/hash.ts': 'the keyed mix of tables that outsiders fill',
  'core/src/bucket.ts': 'a limit a second, for what an outsider can provoke: RFC 1812 4.3.2.8; RFC 5961 7',
  'core/src/icmp.ts': '1122 I51, U5: what an ICMP error means',
  'core/src/range.ts': 'options out of range are refused',
  'ethernet/src/ethernet.ts': 'RFC 894; 1122 L7, L13, L14; RFC 826; 1122 L3, L4, L6, L12, L15',
  'ipv4/src/assemble.ts': '1122 I1, I24, I115, I118: the interface to transports and link',
  'ipv4/src/ipv4.ts': '1122 I114: how much is reassembled',
  'ipv4/src/address.ts': '1122 I12, I94, I137, I141',
  'ipv4/src/configure.ts': '1122 I83, I111',
  'ipv4/src/input.ts': '1122 I10 to I15, I22, I26, I27, I30; 3.3.6',
  'ipv4/src/output.ts': '1122 I13, I18, I21, I23, I25; RFC 6864',
  'ipv4/src/icmp.ts': '1122 I37, I39, I40, I42 to I47, I49, I59, I61, I63, I67 to I69',
  'ipv4/src/reassembly.ts': '1122 I16, I112, I113, I116',
  'udp/src/udp.ts': 'RFC 768; 1122 U2 to U18; RFC 6056',
  'core/src/option.ts': 'RFC 9293 3.2: MUST-4 to 7, MUST-64, 67, 68',
  'tcp/src/tcp.ts': 'RFC 9293 3.9: the engine, its options and slots, what the application is told; RFC 1191',
  'tcp/src/input.ts': 'RFC 9293 3.10.7, in its order; RFC 5961',
  'tcp/src/listen.ts': 'RFC 9293 3.10.7.2; a flood of SYNs is bounded',
  'tcp/src/ack.ts': 'RFC 9293 3.10.7.4, fifth; RFC 5681, 6582',
  'tcp/src/output.ts': 'RFC 9293 3.7, 3.8.6.2: MUST-14 to 16, 34 to 40; RFC 5681, 3042',
  'tcp/src/text.ts': 'RFC 9293 3.10.7.4, seventh and eighth: SHLD-31, MUST-58, 59',
  'tcp/src/timer.ts': 'RFC 6298; RFC 9293 3.8.3, 3.8.6.1: MUST-18 to 23, 35 to 37',
  'tcp/src/timewait.ts': 'RFC 9293 3.6.1: MUST-13; MAY-2',
  'tcp/src/walk.ts': 'MUST-13: when TIME-WAIT is over; RFC 1191; timers; buffers go back to the pool',
  'tcp/src/challenge.ts': 'RFC 5961 7',
  'tcp/src/tcb.ts': 'RFC 9293 3.3.1: the record, its table, its states and its end',
  'tcp/src/user.ts': 'RFC 9293 3.9.1: the calls, MUST-41 to 47; RFC 1122 4.2.2.13',
  'tcp/src/wire.ts': 'RFC 9293 3.1, 3.5.2: MUST-2, 3; resets',
  'tcp/src/buffer.ts': 'octets in rings from the pool',
  'tcp/src/squeeze.ts': 'who loses when the pool is empty',
  'tcp/src/error.ts': 'RFC 9293 3.9.2.2: MUST-54 to 56; RFC 5927',
  'tcp/src/choose.ts': 'RFC 6528: MUST-8, 9; RFC 6056',
  'tcp/src/ranges.ts': 'SHLD-31: what came out of order',
  'tcp/src/mss.ts': 'RFC 9293 3.7.1: MUST-14 to 16; RFC 6928',
  'tcp/src/wscale.ts': 'RFC 7323 2',
  'tcp/src/timestamps.ts': 'RFC 7323 3 to 5; RFC 6191',
  'tcp/src/sack.ts': 'RFC 2018, 2883, 6675, 6937, 3708',
  'tcp/src/scoreboard.ts': 'RFC 6675 3, 4',
  'tfo/src/tfo.ts': 'RFC 7413 4.1.1, 4.1.3, 4.2',
  'tfo/src/client.ts': 'RFC 7413 4.1.3: what is remembered of servers',
  'tfo/src/server.ts': 'RFC 7413 4.2.2, 5.1',
  'tfo/src/cookie.ts': 'RFC 7413 4.1.2',
  'tfo/src/option.ts': 'RFC 7413 4.1.1; RFC 6994',
  'tfo/src/age.ts': 'how long a cookie, a key, a failure holds',
  'ping/src/ping.ts': 'RFC 792 echo; RFC 1122 3.2.2.6',
  'raw/src/raw.ts': 'raw sockets: copies, filters of ICMP types, our header',
  'raw/src/attach.ts': 'a socket takes a filter, another one, none, or keeps it for good',
  'raw/src/sockets.ts': 'bounded queues, told at the flush',
  'bpf/src/index.ts': 'an array of numbers becomes a filter, or is refused',
  'bpf/src/check.ts': 'a program is checked once, as Linux does',
  'bpf/src/run.ts': 'classic BPF',
  'bpf/src/wrap.ts': 'a filter round a Dev or a Link',
  'core/src/wrap.ts': 'what wrappers have in common',
  'mib/src/mib.ts': 'RFC 4293, 4022, 4113, as Linux counts',
  'tcp/src/size.ts': 'buffers are powers of two',
}

const octetsOf = async (code: string): Promise<number> =>
  brotliCompressSync((await transform(code, { minify: true, format: 'esm' })).code).length

/** The bodies of the functions at the top of each module, by file. */
function bodies(code: string): Map<string, { start: number; end: number; text: string }[]> {
  const files = new Map<string, { start: number; end: number; text: string }[]>()
  const modules = [...code.matchAll(/^\/\/ (?:.*\/)?packages\/(\S+\.ts)$/gm)].map(m => ({
    at: m.index,
    file: m[1] as string,
  }))
  const add = (at: number, node: Node, text: string): void => {
    const file = modules.filter(m => m.at < at).pop()?.file
    if (file) files.set(file, [...(files.get(file) ?? []), { start: node.start, end: node.end, text }])
  }
  for (const node of (parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as Program).body) {
    if (node.type === 'FunctionDeclaration') add(node.start, node.body, '{return arguments}')
    else if (node.type === 'VariableDeclaration')
      for (const { init } of node.declarations)
        if (init?.type === 'ArrowFunctionExpression') add(node.start, init, '() => 1')
  }
  return files
}

/** The octets of a firmware, and a table of what each file adds to them, or each file of one package. */
export async function costOf(example: string, name = ''): Promise<{ octets: number; table: string }> {
  const entry = join(root, 'examples', example, 'firmware.js')
  if (!existsSync(entry)) throw new Error(`no examples/${example}/firmware.js`)
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    write: false,
    minifySyntax: true,
    absWorkingDir: root,
    plugins: [fromSources],
  })
  const code = outputFiles[0]?.text ?? ''
  const octets = await octetsOf(code)
  const rows: { file: string; cost: number }[] = []
  for (const [file, list] of bodies(code)) {
    if (!file.startsWith(name && `${name}/`)) continue
    let rest = code
    for (const { start, end, text } of list.sort((a, b) => b.start - a.start))
      rest = rest.slice(0, start) + text + rest.slice(end)
    rows.push({ file, cost: octets - (await octetsOf(rest)) })
  }
  rows.sort((a, b) => b.cost - a.cost)
  const lines = rows.map(({ file, cost }) => `| \`${file}\` | ${cost} | ${WHY[file] ?? ''} |`)
  return { octets, table: ['| file | octets | why |', '| --- | ---: | --- |', ...lines].join('\n') }
}
