namespace InterestService.Pipeline.Cleaning;

/// <summary>What an encoder reads of the events.</summary>
/// <param name="Order">Whether it reads their order.</param>
/// <param name="Searches">Which searches it reads.</param>
/// <param name="LoneItems">Whether it knows items that a single user has.</param>
public sealed record EventUse(bool Order = true, SearchUse Searches = SearchUse.None, bool LoneItems = false);

/// <summary>Use of searches.</summary>
public enum SearchUse
{
    /// <summary>They say nothing.</summary>
    None,

    /// <summary>Those of users who have items as well.</summary>
    WithItems,

    /// <summary>Those of all users; a user may have nothing else.</summary>
    Alone,
}
