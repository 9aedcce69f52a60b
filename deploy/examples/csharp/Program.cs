// Uploads events, clusters the users and looks them up.
// Usage: dotnet run [ADDRESS]   (default http://127.0.0.1:5080; API_KEY: the key of the caller, where the service asks for one)
using InterestService.Client;

var address = new Uri(args.Length > 0 ? args[0] : "http://127.0.0.1:5080");
var service = InterestServiceClient.Create(address, Environment.GetEnvironmentVariable("API_KEY"));
const string User = "example-cleo";

var morning = new DateTimeOffset(2025, 12, 30, 9, 15, 0, TimeSpan.Zero);
string[] items = ["sku-00927", "sku-01188", "sku-00491"];
var events = items.Select((item, at) => new UploadedEvent { UserId = User, ItemId = item, EventType = "purchase", Timestamp = morning.AddMinutes(at) });
var uploaded = await service.UploadEventsAsync(events);
Console.WriteLine($"{uploaded.Accepted} events accepted, {uploaded.Duplicates} known, {uploaded.Rejected} rejected");

var started = await service.StartClusteringAsync(body: new StartClusteringRequest { Clusters = 10, Seed = 1 });
var progress = new Progress<ClusteringProgress>(now => Console.WriteLine($"{now.Stage} {now.Progress:P0}, {now.SecondsLeft:0} s left"));
var clustering = await service.WaitForClusteringAsync(started.Id, progress);
if (clustering.State != JobState.Succeeded)
{
    Console.Error.WriteLine($"The clustering {clustering.State}: {clustering.Error?.Message}");
    return 1;
}

foreach (var cluster in (await service.ListClustersAsync()).Items) Console.WriteLine($"{cluster.Id,4}  {cluster.Users,6} users  {cluster.Label}");

try
{
    var user = await service.GetUserClusterAsync(User);
    Console.WriteLine($"{user.UserId} is in cluster {user.ClusterId}, {user.Label}, with probability {user.Confidence:0.00}");
    var recommended = await service.GetRecommendationsAsync(User, limit: 5);
    foreach (var item in recommended.Items) Console.WriteLine($"  recommended: {item.Title ?? item.ItemId} ({item.Because})");
}
catch (ApiException<ProblemDetails> problem)
{
    Console.Error.WriteLine($"{problem.Result.Title} {problem.Result.Detail}");
    return 1;
}

return 0;
