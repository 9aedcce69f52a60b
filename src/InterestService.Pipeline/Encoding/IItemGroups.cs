namespace InterestService.Pipeline.Encoding;

/// <summary>An encoder that divides the items of its training into groups, each of which is an interest.</summary>
public interface IItemGroups : IUserEncoder
{
    /// <summary>Returns the group of each item, from 0; -1 for an item that shares a group with no other item, <c>[items]</c>.</summary>
    int[] GroupItems();
}
