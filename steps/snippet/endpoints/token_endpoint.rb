# A token endpoint: POST /token with {"user": "alice"} answers with a token for alice.
# Install: gem install jwt webrick
# Run:     set -a; . ./.env; set +a; ruby token_endpoint.rb
require 'json'
require 'jwt'
require 'securerandom'
require 'time'
require 'webrick'

APPLICATION_ID = ENV.fetch('VONAGE_APPLICATION_ID')
KEY = OpenSSL::PKey::RSA.new(File.read(ENV.fetch('VONAGE_PRIVATE_KEY_PATH')))
NAMES = %w[users conversations sessions devices image media applications push knocking legs rtc].freeze
ACL = { paths: NAMES.to_h { |name| ["/*/#{name}/**", {}] } }.freeze

def token_for(user)
  iat = Time.now.to_i
  exp = iat + 15 * 60
  claims = { application_id: APPLICATION_ID, sub: user, iat: iat, exp: exp, jti: SecureRandom.uuid, acl: ACL }
  { token: JWT.encode(claims, KEY, 'RS256'), expires_at: Time.at(exp).utc.iso8601 }
end

def user_in(body)
  JSON.parse(body.to_s, symbolize_names: true) in { user: String => user }
  user unless user.to_s.empty?
rescue JSON::ParserError
  nil
end

server = WEBrick::HTTPServer.new(BindAddress: '127.0.0.1', Port: ENV.fetch('PORT', 3000).to_i)
server.mount_proc '/token' do |request, response|
  # Authenticate the caller here first, and sign for no other user.
  user = user_in(request.body) if request.request_method == 'POST'
  response.status = user ? 200 : 400
  response.content_type = 'application/json'
  response.body = JSON.generate(user ? token_for(user) : { error: 'POST {"user": "alice"}.' })
end
trap('INT') { server.shutdown }
server.start
