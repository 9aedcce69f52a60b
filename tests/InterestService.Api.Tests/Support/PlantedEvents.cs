using System.Globalization;

namespace InterestService.Api.Tests.Support;

/// <summary>Events of users with one of two interests: <c>hiker-n</c> and <c>cook-n</c>.</summary>
internal static class PlantedEvents
{
    private const int ItemsPerInterest = 10;

    public static IEnumerable<object> Create(int usersPerInterest = 15, int eventsPerUser = 8)
    {
        var random = new Random(1);
        foreach (var (user, category, thing) in new[] { ("hiker", "Hiking", "trail boots"), ("cook", "Cooking", "copper pan") })
            for (int u = 0; u < usersPerInterest; u++)
                for (int e = 0; e < eventsPerUser; e++)
                {
                    int item = random.Next(ItemsPerInterest);
                    yield return new
                    {
                        userId = $"{user}-{u}",
                        itemId = $"{category}-{item}",
                        eventType = e % 3 == 0 ? "purchase" : "view",
                        timestamp = new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(u + e * 5).ToString("O", CultureInfo.InvariantCulture),
                        category,
                        title = $"{thing} {item}",
                    };
                }
    }

    /// <summary>Creates a request that trains quickly and still separates the two interests.</summary>
    public static object Request(string publish = "auto", int seed = 1) =>
        new { encoder = "autoencoder", clusters = 2, seed, publish, parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8 } };
}
