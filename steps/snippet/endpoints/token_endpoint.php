<?php
// A token endpoint: POST /token with {"user": "alice"} answers with a token for alice.
// Install: nothing; the openssl extension of PHP (8.1 or later) signs.
// Run:     set -a; . ./.env; set +a; php -S "127.0.0.1:${PORT:-3000}" token_endpoint.php
declare(strict_types=1);

const NAMES = ['users', 'conversations', 'sessions', 'devices', 'image', 'media', 'applications', 'push', 'knocking', 'legs', 'rtc'];

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

function sign(array $claims, OpenSSLAsymmetricKey $key): string
{
    $text = base64url(json_encode(['alg' => 'RS256', 'typ' => 'JWT'])) . '.' . base64url(json_encode($claims, JSON_THROW_ON_ERROR));
    openssl_sign($text, $signature, $key, OPENSSL_ALGO_SHA256) ?: throw new RuntimeException('No token could be signed.');
    return $text . '.' . base64url($signature);
}

function answer(int $status, array $body): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    exit(json_encode($body));
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST' || $_SERVER['REQUEST_URI'] !== '/token') {
    answer(404, ['error' => 'There is only POST /token.']);
}
// Authenticate the caller here first, and sign for no other user.
$user = json_decode(file_get_contents('php://input'), true)['user'] ?? null;
if (!is_string($user) || $user === '') {
    answer(400, ['error' => 'Send {"user": "alice"}.']);
}
$id = getenv('VONAGE_APPLICATION_ID') ?: throw new RuntimeException('Set VONAGE_APPLICATION_ID, as in .env.');
$path = getenv('VONAGE_PRIVATE_KEY_PATH') ?: throw new RuntimeException('Set VONAGE_PRIVATE_KEY_PATH, as in .env.');
$key = openssl_pkey_get_private(file_get_contents($path)) ?: throw new RuntimeException("$path is no private key.");

$paths = array_fill_keys(array_map(fn ($name) => "/*/$name/**", NAMES), new stdClass());
$now = time();
$claims = [
    'application_id' => $id, 'sub' => $user, 'iat' => $now, 'exp' => $now + 15 * 60,
    'jti' => bin2hex(random_bytes(16)), 'acl' => ['paths' => $paths],
];
answer(200, ['token' => sign($claims, $key), 'expires_at' => gmdate(DATE_ATOM, $claims['exp'])]);
