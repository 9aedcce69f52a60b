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

    private readonly List<byte[]> _corpus;
    private readonly Mutations _mutations;
    private readonly Coverage _coverage;

    /// <param name="format">One of <see cref="MediaTypes"/>.</param>
    /// <param name="seed">Seed of the changes.</param>
    /// <param name="coverage">Counts the branches that are reached.</param>
    public FuzzLoop(string format, int seed, Coverage coverage)
    {
        Target = new FuzzTarget(MediaTypes[format]);
        _corpus = [.. Directory.GetFiles(Repository.File($"tests/Data/uploads/{format}")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        _mutations = new Mutations(new Random(seed));
        _coverage = coverage;
    }

    public FuzzTarget Target { get; }

    /// <summary>Bodies that reached branches which no earlier one had reached.</summary>
    public IReadOnlyList<byte[]> Found => _found;

    private readonly List<byte[]> _found = [];

    /// <summary>Tries the corpus and then changed bodies.</summary>
    /// <param name="isOver">Returns whether to end, given the number of bodies tried.</param>
    /// <returns>Number of bodies tried.</returns>
    public async Task<int> RunAsync(Func<int, bool> isOver)
    {
        int tried = 0;
        foreach (byte[] body in _corpus.ToArray())
        {
            tried++;
            if (!await TryAsync(body)) return tried;
        }

        while (!isOver(tried) && Target.Findings.All.Count < 20)
        {
            byte[] body = _mutations.Next(_corpus);
            tried++;
            if (!await TryAsync(body)) break;
            if (_coverage.Grew) _corpus.Add(body);
        }

        return tried;

        async Task<bool> TryAsync(byte[] body)
        {
            _coverage.Begin();
            bool ended = await Target.RunAsync(body);
            _coverage.End();
            if (_coverage.Grew && tried > 0) _found.Add(body);
            return ended;
        }
    }
}
