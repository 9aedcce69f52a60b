namespace InterestService.Endurance;

/// <summary>Events of users each of whom has one interest.</summary>
internal static class PlantedUsers
{
    private const int ItemsPerInterest = 10;

    /// <summary>Creates the events of all users: <c>hiking-0</c>, <c>hiking-1</c> ... for the interest <c>hiking</c>.</summary>
    /// <param name="usersPerInterest">Number of users of each interest.</param>
    /// <param name="interests">Names of the interests.</param>
    public static IEnumerable<object> Create(int usersPerInterest, params string[] interests) =>
        from interest in interests from user in Enumerable.Range(0, usersPerInterest) from e in EventsOf($"{interest}-{user}", user, interest) select e;

    /// <summary>Creates the events of one user.</summary>
    /// <param name="user">Id of the user.</param>
    /// <param name="number">Number of the user; users with different ones prefer different items.</param>
    /// <param name="interest">Name of the interest.</param>
    public static IEnumerable<object> EventsOf(string user, int number, string interest)
    {
        var random = new Random(number);
        for (int e = 0; e < 8; e++)
        {
            int item = random.Next(ItemsPerInterest);
            yield return new
            {
                userId = user,
                itemId = $"{interest}-item-{item}",
                eventType = "view",
                timestamp = $"2026-05-{1 + e:00}T{number % 24:00}:00:00Z",
                title = $"{interest} {item}",
                category = interest,
            };
        }
    }
}
