// node build.js IN OUT: a firmware and all that it imports becomes one file of ECMAScript 5.
// esbuild bundles, typescript lowers (esbuild alone leaves let and arrow functions), terser makes it small.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { build } from 'esbuild'
import { minify } from 'terser'
import ts from 'typescript'

const [entry, out] = process.argv.slice(2)
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  format: 'iife',
  target: 'es2020',
  write: false,
})
const es2020 = outputFiles[0].text
const es5 = ts.transpileModule(es2020, { compilerOptions: { target: ts.ScriptTarget.ES5 } }).outputText
const { code } = await minify(es5, { ecma: 5, compress: { passes: 2 }, mangle: true })
mkdirSync(dirname(out), { recursive: true })
writeFileSync(out, code)
console.log(`${out}: ${code.length} octets of ECMAScript 5, from ${es2020.length}`)
