using InterestService.Harness;

namespace InterestService.Endurance.Fuzzing;

/// <summary>
/// Tries changed bodies of a corpus on a reader. Where the reader's code is instrumented (<see cref="Instrumentation"/>), bodies that reach
/// new branches join the corpus, as in American fuzzy lop.
/// </summary>
internal sealed class FuzzLoop
{
    /// <summary>The formats, by the names of their folders in the corpus.</summary>
    public static readonly IReadOnlyDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        ["csv"] = "text/csv",
        ["json"] = "application/json",
        ["ndjson"] = "application/x-ndjson",
        ["parquet"] = "application/vnd.apache.parquet",
    };

    private const int MaxFindings = 20;

    private readonly byte[][] _corpus;
    private readonly List<byte[]> _found = [];
    private readonly Random _random;
    private readonly Mutations _mutations;
    private readonly Coverage _coverage;

    /// <param name="format">One of <see cref="MediaTypes"/>.</param>
    /// <param name="seed">Seed of the changes.</param>
    /// <param name="coverage">Counts the branches that are reached.</param>
    public FuzzLoop(string format, int seed, Coverage coverage)
    {
        Target = new FuzzTarget(MediaTypes[format]);
        _corpus = [.. Directory.GetFiles(Repository.File($"tests/Data/uploads/{format}")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        _random = new Random(seed);
        _mutations = new Mutations(_random);
        _coverage = coverage;
    }

    public FuzzTarget Target { get; }

    /// <summary>Bodies that reached branches which no earlier one had reached.</summary>
    public IReadOnlyList<byte[]> Found => _found;

    /// <summary>Tries the corpus and then changed bodies.</summary>
    /// <param name="isOver">Returns whether to end, given the number of bodies tried.</param>
    /// <returns>Number of bodies tried.</returns>
    public async Task<int> RunAsync(Func<int, bool> isOver)
    {
        int tried = 0;
        bool ends = true;
        foreach (byte[] body in _corpus) await TryAsync(body);
        while (ends && !isOver(tried) && Target.Findings.All.Count < MaxFindings)
        {
            // Most of what was found is refused; half of the bodies come from those that are read to the end.
            byte[] body = _mutations.Next(_found.Count == 0 || _random.Next(2) == 0 ? _corpus : _found);
            await TryAsync(body);
            if (_coverage.Grew) _found.Add(body);
        }

        return tried;

        async Task TryAsync(byte[] body)
        {
            tried++;
            _coverage.Begin();
            ends &= await Target.RunAsync(body);
            _coverage.End();
        }
    }
}
