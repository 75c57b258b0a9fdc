// From sources to one ECMAScript 5 script: esbuild bundles, typescript lowers (esbuild alone has no let or arrow functions
// in ES5), terser makes it small. Nothing in protocol packages needs a helper or a library on the way.
import { basename, dirname } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { minify } from 'terser'
import ts from 'typescript'
import { fromSources } from '../sources.mjs'

/** A script that keeps all exports of an entry point in a global, and prints their number. */
export async function lowerEntry(file: string): Promise<string> {
  const { metafile } = await build({ ...BUNDLE, entryPoints: [file], format: 'esm', metafile: true, outfile: 'out.js' })
  const names = metafile.outputs['out.js']?.exports ?? []
  const list = names.map((name, i) => `${name} as e${i}`).join(', ')
  const contents = `import { ${list} } from ${JSON.stringify(file)}; globalThis.entry = [${names.map((_, i) => `e${i}`)}]; print('${names.length}')`
  return lowered({ stdin: { contents, resolveDir: dirname(file) } }, file)
}

/** The script that `file` and its imports come to. It may use nothing of its surroundings but print(text). */
export const lower = (file: string): Promise<string> => lowered({ entryPoints: [file] }, file)

const BUNDLE = {
  bundle: true,
  logLevel: 'error',
  format: 'iife',
  target: 'es2020',
  write: false,
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  plugins: [fromSources as Plugin],
} satisfies BuildOptions

async function lowered(input: BuildOptions, file: string): Promise<string> {
  const bundle = await build({ ...BUNDLE, ...input, write: false })
  const { outputText, diagnostics } = ts.transpileModule(bundle.outputFiles[0]?.text ?? '', {
    fileName: `${basename(file, '.ts')}.js`,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.CommonJS },
  })
  const first = diagnostics?.[0]
  if (first) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`)
  const { code } = await minify(outputText, { ecma: 5, compress: { passes: 2 }, mangle: true })
  return code ?? ''
}
