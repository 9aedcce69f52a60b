using Npgsql;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// Runs the steps of several actors against PostgreSQL in every order that keeps the order of each actor's own steps. A step that waits for a
/// lock is left waiting while the others go on, as in production, so that each schedule is repeatable.
/// </summary>
internal static class Schedule
{
    /// <summary>Returns all orders; each lists the number of the actor whose next step runs.</summary>
    /// <param name="steps">Number of steps of each actor.</param>
    public static IEnumerable<int[]> Orders(params int[] steps)
    {
        if (steps.All(left => left == 0)) return [[]];
        return
            from actor in Enumerable.Range(0, steps.Length)
            where steps[actor] > 0
            from rest in Orders([.. steps.Select((left, i) => i == actor ? left - 1 : left)])
            select (int[])[actor, .. rest];
    }

    /// <summary>Runs one schedule.</summary>
    /// <param name="database">The database that the steps use.</param>
    /// <param name="order">One of <see cref="Orders"/>.</param>
    /// <param name="actors">The steps of each actor.</param>
    public static async Task RunAsync(NpgsqlDataSource database, int[] order, params Func<Task>[][] actors)
    {
        var tails = actors.Select(_ => Task.CompletedTask).ToArray();
        int[] next = new int[actors.Length];
        foreach (int actor in order)
        {
            tails[actor] = ThenAsync(tails[actor], actors[actor][next[actor]++]);
            await SettleAsync(database, tails);
        }

        await Task.WhenAll(tails).WaitAsync(Wait.Limit, TestContext.Current.CancellationToken);
    }

    private static async Task ThenAsync(Task before, Func<Task> step)
    {
        await before;
        await step();
    }

    /// <summary>Waits until each actor has ended its steps so far or waits for a lock.</summary>
    private static Task SettleAsync(NpgsqlDataSource database, Task[] tails) => Wait.UntilAsync(async () =>
    {
        int active = tails.Count(tail => !tail.IsCompleted);
        if (active == 0) return true;
        await using var blocked = database.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        return (long)(await blocked.ExecuteScalarAsync(TestContext.Current.CancellationToken))! >= active;
    });
}
