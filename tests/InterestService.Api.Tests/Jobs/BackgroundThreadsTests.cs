using System.Collections.Concurrent;
using System.Globalization;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Jobs;

public sealed class BackgroundThreadsTests(PostgresFixture postgres)
{
    private const string OwnThread = "/proc/thread-self/stat";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(JobPriority.Idle, BackgroundThreads.IdlePolicy, 0)]
    [InlineData(JobPriority.Low, 0, BackgroundThreads.LowNiceness)]
    [InlineData(JobPriority.Normal, 0, 0)]
    public async Task A_job_its_continuations_and_loops_have_the_priority_and_the_caller_keeps_its_own(object priority, int policy, int niceness)
    {
        SkipElsewhere();
        var seen = new ConcurrentBag<(string Where, int Policy, int Niceness)>();
        int result = await BackgroundThreads.RunAsync((JobPriority)priority, async () =>
        {
            Note("body");
            await Task.Delay(1, Cancellation);
            Note("continuation");
            var loop = new ParallelOptions { TaskScheduler = TaskScheduler.Current, CancellationToken = Cancellation };
            Parallel.For(0, 64, loop, _ => Note("loop"));
            return 7;
        });
        Assert.Equal(7, result);
        Assert.Equal(3, seen.Select(one => one.Where).Distinct().Count());
        Assert.All(seen, one => Assert.Equal((one.Where, policy, niceness), one));
        Assert.Equal((0, 0), PriorityOf(OwnThread));
        Assert.Same(TaskScheduler.Default, TaskScheduler.Current);

        void Note(string where)
        {
            var (ownPolicy, ownNiceness) = PriorityOf(OwnThread);
            seen.Add((where, ownPolicy, ownNiceness));
        }
    }

    [Fact]
    public async Task Loops_within_loops_end()
    {
        int count = 0;
        await BackgroundThreads.RunAsync(JobPriority.Low, () =>
        {
            var loop = new ParallelOptions { TaskScheduler = TaskScheduler.Current, CancellationToken = Cancellation };
            Parallel.For(0, 32, loop, _ => Parallel.For(0, 32, loop, _ => Interlocked.Increment(ref count)));
            return Task.FromResult(count);
        });
        Assert.Equal(32 * 32, count);
    }

    [Fact]
    public async Task Failure_and_cancellation_reach_the_caller_and_the_threads_end()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThreads.RunAsync<int>(JobPriority.Low, () => throw new InvalidDataException()));
        await Assert.ThrowsAsync<InvalidDataException>(() => BackgroundThreads.RunAsync<int>(JobPriority.Low, async () =>
        {
            await Task.Yield();
            throw new InvalidDataException();
        }));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackgroundThreads.RunAsync(JobPriority.Low, async () =>
        {
            stop.Cancel();
            await Task.Delay(Timeout.Infinite, stop.Token);
            return 0;
        }));
        Thread? worker = null;
        await BackgroundThreads.RunAsync(JobPriority.Low, () => Task.FromResult(worker = Thread.CurrentThread));
        Assert.False(worker!.IsAlive);
    }

    [Fact]
    public async Task What_a_job_did_not_wait_for_goes_on_elsewhere()
    {
        var proceed = new TaskCompletionSource();
        var left = await BackgroundThreads.RunAsync(JobPriority.Low, () => Task.FromResult(Rest(proceed.Task)));
        proceed.SetResult();
        Assert.Equal(3, await left.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));

        static async Task<int> Rest(Task before)
        {
            await before;
            return 3;
        }
    }

    [Fact]
    public async Task A_clustering_computes_at_the_priority_of_the_settings()
    {
        SkipElsewhere();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), ApiHost.Alone, "--InterestService:JobPriority=Low");
        await host.Client.UploadAsync(PlantedEvents.Create());
        var clustering = host.Client.ClusterAsync(PlantedEvents.Request());
        bool seen = false;
        while (!clustering.IsCompleted)
        {
            seen |= Directory.GetDirectories("/proc/self/task").Any(thread => TryPriorityOf($"{thread}/stat") == (0, BackgroundThreads.LowNiceness));
            await Task.Delay(2, Cancellation);
        }

        Assert.Equal("succeeded", (string?)(await clustering)["state"]);
        Assert.True(seen);
    }

    private static void SkipElsewhere() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The priority is read from Linux' /proc.");

    private static (int Policy, int Niceness)? TryPriorityOf(string file)
    {
        try
        {
            return PriorityOf(file);
        }
        catch (IOException)
        {
            return null; // the thread has ended
        }
    }

    /// <summary>Reads the scheduling policy and the niceness of a thread.</summary>
    private static (int Policy, int Niceness) PriorityOf(string file)
    {
        string stat = File.ReadAllText(file);
        // The name of the thread, in brackets, may hold spaces; the fields are counted from it.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[38], CultureInfo.InvariantCulture), int.Parse(fields[16], CultureInfo.InvariantCulture));
    }
}
