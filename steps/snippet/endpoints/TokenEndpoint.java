// A token endpoint: POST /token with {"user": "alice"} answers with a token for alice.
// Install: gson.jar, which is com.google.code.gson:gson 2.8.6 or later at Maven Central; the JDK (17 or later) signs.
// Run:     set -a; . ./.env; set +a; java -cp gson.jar TokenEndpoint.java
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

public class TokenEndpoint {
    static final Gson GSON = new Gson();
    static final List<String> NAMES = List.of(
        "users", "conversations", "sessions", "devices", "image", "media", "applications", "push", "knocking", "legs", "rtc");
    static final Map<String, ?> ACL = Map.of("paths",
        NAMES.stream().collect(Collectors.toMap(name -> "/*/" + name + "/**", name -> Map.of())));

    public static void main(String[] args) throws Exception {
        String applicationId = variable("VONAGE_APPLICATION_ID");
        PrivateKey key = read(Path.of(variable("VONAGE_PRIVATE_KEY_PATH")));
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/token", exchange -> {
            // Authenticate the caller here first, and sign for no other user.
            String user = userIn(exchange);
            if (user == null) {
                answer(exchange, 400, Map.of("error", "POST {\"user\": \"alice\"}."));
                return;
            }
            long iat = Instant.now().getEpochSecond(), exp = iat + 15 * 60;
            Map<String, ?> claims = Map.of("application_id", applicationId, "sub", user, "iat", iat, "exp", exp,
                "jti", UUID.randomUUID().toString(), "acl", ACL);
            answer(exchange, 200, Map.of("token", sign(claims, key), "expires_at", Instant.ofEpochSecond(exp).toString()));
        });
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        System.out.println("POST http://127.0.0.1:" + port + "/token");
    }

    static String variable(String name) {
        return Objects.requireNonNull(System.getenv(name), () -> "Set " + name + ", as in .env.");
    }

    static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file).replaceAll("-----.*-----", "");
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
    }

    static String userIn(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            return null;
        }
        try {
            JsonElement body = JsonParser.parseString(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            return body instanceof JsonObject object && object.get("user") instanceof JsonPrimitive user && user.isString()
                && !user.getAsString().isEmpty() ? user.getAsString() : null;
        } catch (JsonParseException e) {
            return null;
        }
    }

    static String sign(Map<String, ?> claims, PrivateKey key) {
        String text = base64url(GSON.toJson(Map.of("alg", "RS256", "typ", "JWT"))) + "." + base64url(GSON.toJson(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static void answer(HttpExchange exchange, int status, Map<String, ?> body) throws IOException {
        byte[] bytes = GSON.toJson(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
