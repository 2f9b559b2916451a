import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Sends requests with the client of the JDK as it comes, which offers h2c with each, and prints the answers. */
public class Client {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** Arguments in threes: method, address, body; `Plat-Route-Id` comes first. */
  public static void main(String[] arguments) throws Exception {
    for (int index = 1; index < arguments.length; index += 3) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(arguments[index + 1]))
              .header("Plat-Route-Id", arguments[0])
              .header("Content-Type", "application/json");
      String body = arguments[index + 2];
      request.method(arguments[index], body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      HttpResponse<String> answer = CLIENT.send(request.build(), BodyHandlers.ofString());
      System.out.println(answer.statusCode() + " " + answer.body().replace("\n", " "));
    }
  }
}
