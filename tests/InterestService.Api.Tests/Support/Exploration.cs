using System.Diagnostics;
using Microsoft.Coyote;
using Microsoft.Coyote.Logging;
using Microsoft.Coyote.Runtime;
using Microsoft.Coyote.SystematicTesting;
using Npgsql;
using ControlledTask = Microsoft.Coyote.Rewriting.Types.Threading.Tasks.Task;

namespace InterestService.Api.Tests.Support;

/// <summary>Actors that run at the same time, and what holds after every schedule of them.</summary>
internal sealed record Scenario(Func<Task>[] Actors, Func<Task> Check);

/// <summary>
/// Explores how actors interleave on PostgreSQL. Microsoft.Coyote decides which actor goes on, and an actor goes on from the start or the end
/// of one SQL statement to the next, so that it can be overtaken between any two statements and before each commit. An actor that waits for a
/// lock is left waiting while the others go on. The same seed gives the same schedules, unless actors also wait in the process.
/// </summary>
/// <remarks>
/// Npgsql's tracing tells where statements start and end. Coyote controls the operations that drive the actors and not the threads of the
/// code under test, so that no assembly is rewritten. <see cref="Schedule"/> runs all orders of a few coarse steps; this runs a sample of the
/// many orders of single statements.
/// </remarks>
internal sealed class Exploration
{
    private static readonly AsyncLocal<Actor?> _actor = new();
    private static readonly ActivityListener _statements = Listen();

    private readonly NpgsqlDataSource _database;
    private readonly bool _waitsInProcess;
    private readonly object _moved = new();
    private readonly HashSet<string> _schedules = [];
    private readonly List<string> _trace = [];
    private Actor[] _actors = [];

    private Exploration(NpgsqlDataSource database, bool waitsInProcess) => (_database, _waitsInProcess) = (database, waitsInProcess);

    /// <summary>Runs a scenario in many schedules, until one fails.</summary>
    /// <param name="database">The database that the actors use.</param>
    /// <param name="seed">Seed of the schedules.</param>
    /// <param name="schedules">Number of schedules.</param>
    /// <param name="prepare">Prepares the database for a schedule.</param>
    /// <param name="waitsInProcess">
    /// Whether actors wait for each other also in the process, as for a semaphore. PostgreSQL does not know such a wait, which is assumed when
    /// nothing happens for some time; on a busy machine, a schedule may then differ from that of another run.
    /// </param>
    /// <returns>The schedules, each once: the numbers of the actors in the order of their turns.</returns>
    public static async Task<IReadOnlySet<string>> RunAsync(
        NpgsqlDataSource database, uint seed, uint schedules, Func<Task<Scenario>> prepare, bool waitsInProcess = false)
    {
        var exploration = new Exploration(database, waitsInProcess);
        Exception? failure = null;
        // Priorities with few changes reach rare orders of few actors sooner than a choice at each turn (Burckhardt et al., "A Randomized
        // Scheduler with Probabilistic Guarantees of Finding Bugs", 2010).
        var configuration = Configuration.Create().WithRandomGeneratorSeed(seed).WithTestingIterations(schedules).WithPrioritizationStrategy()
            .WithPotentialDeadlocksReportedAsBugs(false).WithTelemetryEnabled(false);
        using var engine = TestingEngine.Create(configuration, () =>
        {
            try
            {
                exploration.RunOnce(prepare);
            }
            catch (Exception exception) when (exception is not ThreadInterruptedException)
            {
                failure = exception;
                throw;
            }
        });
        engine.SetLogger(new MemoryLogger(VerbosityLevel.None)); // instead of the console
        await Task.Run(engine.Run, TestContext.Current.CancellationToken);
        if (failure is not null) Assert.Fail($"{failure}{Environment.NewLine}Schedule {exploration._schedules.Count + 1}:{Environment.NewLine}{string.Join(Environment.NewLine, exploration._trace)}");
        engine.ThrowIfBugFound();
        return exploration._schedules;
    }

    private static ActivityListener Listen()
    {
        // A paused actor blocks a thread of the pool: other tests of the process must not wait until the pool grows.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 32), completions);
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            // How many connections the pool still has to open depends on earlier schedules.
            Sample = (ref options) => _actor.Value is null || options.Name.StartsWith("CONNECT ", StringComparison.Ordinal)
                ? ActivitySamplingResult.None
                : ActivitySamplingResult.AllData,
            ActivityStarted = _ => _actor.Value?.Pause("before a statement"),
            ActivityStopped = statement => _actor.Value?.Pause($"after {statement.GetTagItem("db.query.text")}"),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private void RunOnce(Func<Task<Scenario>> prepare)
    {
        var scenario = Uncontrolled(prepare);
        _trace.Clear();
        _actors = [.. scenario.Actors.Select((body, number) => new Actor(number, body, _moved))];
        foreach (var actor in _actors) ControlledTask.Run(() => Drive(actor));
        Operation.PauseUntil(() => _actors.All(actor => actor.IsOver));
        _schedules.Add(string.Concat(_trace.Select(turn => turn[0])));
        Uncontrolled(async () =>
        {
            foreach (var actor in _actors) await actor.Running;
            await scenario.Check();
            return true;
        });
    }

    /// <summary>Runs code outside of Coyote's synchronisation context.</summary>
    private static T Uncontrolled<T>(Func<Task<T>> code) => Task.Run(code).GetAwaiter().GetResult();

    /// <summary>Runs an actor to its end, a statement at each of its turns.</summary>
    private void Drive(Actor actor)
    {
        for (actor.Start(); ;)
        {
            Settle();
            if (actor.IsOver) return;
            if (!actor.IsPaused) Operation.PauseUntil(() => actor.IsPaused || actor.IsOver);
            else
            {
                SchedulingPoint.Interleave();
                _trace.Add($"{actor.Number}: {actor.Where}");
                actor.Continue();
            }
        }
    }

    /// <summary>Waits until each actor is over, is paused at a statement, or waits for what only another actor can release.</summary>
    private void Settle()
    {
        long started = Stopwatch.GetTimestamp();
        int quiet = 0;
        while (true)
        {
            int moving;
            lock (_moved)
            {
                moving = _actors.Count(actor => actor.IsMoving);
                if (moving == 0) return;
                if (Monitor.Wait(_moved, TimeSpan.FromMilliseconds(1))) continue;
            }

            if (Stopwatch.GetElapsedTime(started) > Wait.Limit) throw new TimeoutException("The actors wait for each other.");
            if (!_actors.Any(actor => actor.IsPaused)) continue;
            var (active, blocked) = CountBackends();
            if (blocked >= moving) return;
            quiet = active == blocked ? quiet + 1 : 0;
            if (_waitsInProcess && quiet == 5) return;
        }
    }

    private (long Active, long Blocked) CountBackends()
    {
        using var query = _database.CreateCommand("""
            SELECT count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE cardinality(pg_blocking_pids(pid)) > 0)
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            """);
        using var reader = query.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private sealed class Actor(int number, Func<Task> body, object moved)
    {
        private volatile TaskCompletionSource? _pause;
        private volatile Task? _running;

        public int Number => number;

        public string Where { get; private set; } = "";

        public bool IsPaused => _pause is not null;

        public bool IsOver => _running is { IsCompleted: true };

        public bool IsMoving => _running is { IsCompleted: false } && !IsPaused;

        public Task Running => _running!;

        public void Start()
        {
            var start = new Task<Task>(() =>
            {
                _actor.Value = this;
                return body();
            });
            _running = start.Unwrap(); // before the start, since a pause is ignored until then
            start.Start(TaskScheduler.Default);
            _ = _running.ContinueWith(_ => Notify(), TaskScheduler.Default);
        }

        /// <summary>Blocks the calling thread until the next turn of the actor.</summary>
        public void Pause(string where)
        {
            if (_running is null or { IsCompleted: true }) return;
            Where = where;
            var pause = new TaskCompletionSource();
            _pause = pause;
            Notify();
            pause.Task.Wait();
        }

        public void Continue()
        {
            var pause = _pause!;
            _pause = null;
            pause.SetResult();
        }

        private void Notify()
        {
            lock (moved) Monitor.PulseAll(moved);
        }
    }
}
