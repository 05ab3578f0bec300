import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { at, root } from './root.mjs'

const MINUTE = 60_000

/**
 * Runs a program to its end and keeps what it printed. Never throws: a program that cannot start, or is killed for
 * taking too long, has a code other than 0 and says so in its output.
 */
export function exec(command, args, { cwd = root, env = {}, limit = 10 * MINUTE } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const killer = setTimeout(() => {
      output += `\nstopped: longer than ${limit / 1000} s`
      child.kill('SIGKILL')
    }, limit)
    const end = (code) => {
      clearTimeout(killer)
      done({ code, output: stripVTControlCharacters(output).trim() })
    }
    child.on('error', (error) => {
      output += `\n${error.message}`
      end(1)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}

/** The JavaScript file of a tool among the root's dependencies, to be run by this very node. */
export function tool(path) {
  const file = at('node_modules', path)
  if (!existsSync(file)) throw new Error(`${path} is not installed: run npm ci`)
  return file
}

/** Runs a tool's JavaScript file with this very node. */
export const node = (args, options) => exec(process.execPath, args, options)

/** Runs npm; the one that started us if there is one. */
export function npm(args, options) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('npm-cli.js') ? node([cli, ...args], options) : exec('npm', args, options)
}

/** At most `most` lines, the middle cut out: what went wrong stands at the start or at the end. */
export function clip(output, most = 160) {
  const lines = output.split('\n')
  if (lines.length <= most) return output
  const end = Math.floor(most / 4)
  return [...lines.slice(0, most - end), `… ${lines.length - most} lines …`, ...lines.slice(-end)].join('\n')
}
