namespace InterestService.Pipeline.Numerics.Graphs;

/// <summary>Nodes of each group, ascending.</summary>
internal sealed class GroupMembers
{
    private readonly int[] _offsets;
    private readonly int[] _nodes;

    /// <param name="groups">Group of each node, from 0, <c>[nodes]</c>.</param>
    /// <param name="count">Number of groups.</param>
    public GroupMembers(int[] groups, int count)
    {
        (_offsets, _nodes) = (new int[count + 1], new int[groups.Length]);
        foreach (int group in groups) _offsets[group + 1]++;
        for (int group = 0; group < count; group++) _offsets[group + 1] += _offsets[group];
        int[] next = _offsets[..^1];
        for (int node = 0; node < groups.Length; node++) _nodes[next[groups[node]]++] = node;
    }

    public ReadOnlySpan<int> Of(int group) => _nodes.AsSpan(_offsets[group].._offsets[group + 1]);
}
