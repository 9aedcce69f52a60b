namespace InterestService.Pipeline.Meaning;

/// <summary>The <see cref="EventMeanings"/> of the event types of one log, by their indexes.</summary>
internal sealed class TypeMeanings
{
    private readonly float[] _weights;
    private readonly bool[] _ratings;
    private readonly bool[] _opinions;
    private readonly bool[] _choices;
    private readonly bool[] _undoes;
    private readonly int[][] _takesBack;
    private readonly int[][] _opposites;

    /// <param name="typeNames">Types of the log, <c>[types]</c>.</param>
    /// <param name="meanings">What types mean.</param>
    public TypeMeanings(IReadOnlyList<string> typeNames, EventMeanings meanings)
    {
        var weights = new Dictionary<string, float>(EventTypeNames.Comparer);
        foreach (var (type, weight) in meanings.Weights) weights[type] = weight;
        var undos = new Dictionary<string, IReadOnlyList<string>>(EventTypeNames.Comparer);
        foreach (var (type, acts) in meanings.UndoTypes) undos[type] = acts;

        _weights = [.. typeNames.Select(name => weights.GetValueOrDefault(name, undos.ContainsKey(name) ? 0 : 1))];
        _ratings = Are(meanings.RatingTypes);
        _choices = Are(meanings.ChoiceTypes);
        bool[] opinions = Are(meanings.OpinionTypes);
        _opinions = [.. opinions.Zip(_weights, (isOpinion, weight) => isOpinion || weight < 0)];
        _undoes = [.. typeNames.Select(undos.ContainsKey)];
        _takesBack = [.. typeNames.Select(name => undos.TryGetValue(name, out var acts) ? Indexes(acts) : [])];
        _opposites = [.. Enumerable.Range(0, typeNames.Count).Select(type => (int[])
            [.. _takesBack[type], .. Enumerable.Range(0, typeNames.Count).Where(undo => _takesBack[undo].Contains(type))])];

        bool[] Are(IReadOnlyList<string> names)
        {
            var set = names.ToHashSet(EventTypeNames.Comparer);
            return [.. typeNames.Select(set.Contains)];
        }

        int[] Indexes(IReadOnlyList<string> names)
        {
            var set = names.ToHashSet(EventTypeNames.Comparer);
            return [.. Enumerable.Range(0, typeNames.Count).Where(type => set.Contains(typeNames[type]))];
        }
    }

    /// <summary>Weight of a type; below 0: against the item.</summary>
    public float Weight(int type) => _weights[type];

    public bool IsRating(int type) => _ratings[type];

    /// <summary>Whether events of a type state an opinion by themselves, without a value.</summary>
    public bool IsOpinion(int type) => _opinions[type] && !_ratings[type];

    public bool IsChoice(int type) => _choices[type];

    /// <summary>Whether events of a type take others back.</summary>
    public bool Undoes(int type) => _undoes[type];

    /// <summary>Types of the log that a type takes back.</summary>
    public int[] TakesBack(int type) => _takesBack[type];

    /// <summary>Types of the log that a type takes back or is taken back by.</summary>
    public int[] Opposites(int type) => _opposites[type];

    /// <summary>Whether events of a type say anything: they weigh something or may take something back.</summary>
    public bool Counts(int type) => _weights[type] != 0 || _undoes[type];

    /// <summary>Whether an event of any of the types can take back or replace another one.</summary>
    public bool AnyTakesBack => _undoes.Contains(true) || _ratings.Contains(true);

    /// <summary>Whether events of any of the types can speak against an item.</summary>
    public bool AnyAgainst => _weights.Any(weight => weight < 0) || _ratings.Contains(true);
}
