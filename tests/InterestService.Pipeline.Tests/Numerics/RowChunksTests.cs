using System.Reflection;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Tests.Clustering;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Numerics;

/// <summary>On which threads, and on how many, the pipeline computes.</summary>
public sealed class RowChunksTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Pairs => [.. Encoders.All.Where(encoder => !encoder.NeedsTexts).Select(encoder => (encoder.Name, "kmeans")), .. Algorithms.Names.Select(algorithm => ("svd", algorithm))];

    [Fact]
    public async Task Chunks_run_on_the_scheduler_of_the_calling_task()
    {
        var points = TestPoints.Uniform(2000, 8, 1);
        int[] labels = [.. Enumerable.Range(0, points.Rows).Select(row => row % 4)];
        var scheduler = new OwnThreads();
        await scheduler.Run(() => Silhouette.Compute(points, labels, new SilhouetteOptions { Threads = 3 }, Cancellation));
        // A task that hands over to another one may still be ending.
        Assert.InRange(scheduler.MostAtOnce, 2, 4);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_run_takes_no_more_threads_than_its_options_say(string encoder, string algorithm)
    {
        var scheduler = new OwnThreads();
        await scheduler.Run(() => InterestPipeline.Run(
            TestEvents.Blocks(3, 120, 30, 12, seed: 5, noise: .2), ReferenceData.Empty,
            new PipelineOptions
            {
                Clusters = null,
                Encoder = encoder,
                Algorithm = algorithm,
                Threads = 1,
                Parameters = new() { ["dimensions"] = 8, ["epochs"] = 1, ["sequenceLength"] = 6 },
            },
            _ => { }, Cancellation));
        Assert.Equal(1, scheduler.MostAtOnce);
    }

    [Fact]
    public void Only_chunks_of_rows_run_in_parallel_and_only_defaults_ask_for_the_number_of_processors()
    {
        var calls = (from method in MethodBodies.In(typeof(InterestPipeline).Assembly)
                     from instruction in MethodBodies.Read(method)
                     where instruction.Method is not null
                     select (Caller: method, Called: instruction.Method!)).ToArray();
        Assert.All(
            calls.Where(call => call.Called.DeclaringType == typeof(Parallel) || call.Called.DeclaringType == typeof(ParallelEnumerable)),
            call => Assert.Equal("RowChunks", call.Caller.DeclaringType!.Name));
        Assert.All(
            calls.Where(call => call.Called.DeclaringType == typeof(Environment) && call.Called.Name == "get_ProcessorCount"),
            call => Assert.True(call.Caller is ConstructorInfo && call.Caller.DeclaringType!.Name.EndsWith("Options", StringComparison.Ordinal), MethodBodies.Name(call.Caller)));
    }

    /// <summary>Runs each task on a thread of its own and counts how many run at once.</summary>
    private sealed class OwnThreads : TaskScheduler
    {
        private readonly Lock _lock = new();
        private int _running;

        public int MostAtOnce { get; private set; }

        public Task Run(Action work) => Task.Factory.StartNew(work, Cancellation, TaskCreationOptions.None, this);

        protected override void QueueTask(Task task) => new Thread(() =>
        {
            lock (_lock) MostAtOnce = Math.Max(MostAtOnce, ++_running);
            TryExecuteTask(task);
            lock (_lock) _running--;
        }).Start();

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Current == this && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
