// Reads the files that --write made as nexmo-cli (the package ini) and vonage (JSON, either spelling) read them, and holds
// them to what was made.
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import ini from 'ini'

const [key, made] = process.argv.slice(2)
const secret = process.env.VONAGE_API_SECRET
const { application } = JSON.parse(readFileSync(made))

const { credentials } = ini.parse(readFileSync('.nexmorc', 'utf-8'))
assert.deepEqual({ ...credentials }, { api_key: key, api_secret: secret })

const { app_config: app } = ini.parse(readFileSync('.nexmo-app', 'utf-8'))
assert.equal(app.app_id, application.id)
assert.equal(createPrivateKey(app.private_key).asymmetricKeyType, 'rsa')

const config = JSON.parse(readFileSync('.vonagerc', 'utf-8'))
assert.equal(config['api-key'] ?? config.apiKey, key)
assert.equal(config['api-secret'] ?? config.apiSecret, secret)
assert.equal(config['app-id'] ?? config.appId, application.id)
assert.equal(config['private-key'] ?? config.privateKey, readFileSync('private.key', 'utf-8'))
console.log('passed  nexmo and vonage read the files that --write made')
